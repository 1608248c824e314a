// SPDX-License-Identifier: GPL-2.0-or-later
/* Capabilities of the calling thread: credentials are a thread's, and threads inherit those of the one that
 * starts them. */
#pragma once

#include <stdbool.h>

enum privilege {
    PRIVILEGE_NET_RAW = 1 << 0,
    PRIVILEGE_NET_ADMIN = 1 << 1,
    PRIVILEGE_SYS_ADMIN = 1 << 2,
    PRIVILEGE_BPF = 1 << 3,     /* CAP_BPF, or CAP_SYS_ADMIN which includes it */
    PRIVILEGE_PERFMON = 1 << 4, /* CAP_PERFMON, or CAP_SYS_ADMIN */
    PRIVILEGE_FILES = 1 << 5,   /* CAP_DAC_OVERRIDE: everybody's files */
    PRIVILEGE_USER = 1 << 6,    /* CAP_SETUID and CAP_SETGID: becoming another user (host/user.h) */
    PRIVILEGE_LOADED = 1 << 7,  /* CAP_BPF alone */
};

/* privilege_is_lent() says whether the program's file has lent the caller privileges (setcap(8),
 * set-user-ID): whoever started the program may then have fewer than it has. The kernel says so (AT_SECURE,
 * getauxval(3)); the C library leaves out of the environment what would let the caller's code in. */
bool privilege_is_lent(void);

/* privilege_administers_network() says whether the caller has CAP_NET_ADMIN of their own, and so could
 * give this host any address. */
bool privilege_administers_network(void);

/*
 * privilege_drop() gives up for good all capabilities but those of `keep`, a set of enum privilege, in all of
 * the thread's sets: effective, permitted, inheritable, ambient, and, where it may (CAP_SETPCAP), bounding;
 * no program that is run later gains any (no_new_privs). Where they were lent, nobody may look into the
 * process either: it holds sockets that the caller could not open. To be called while there is no other
 * thread. 0 or a negative errno. What was dropped may be dropped again.
 */
int privilege_drop(unsigned keep);

/*
 * privilege_narrow() gives up for good those of `without`, and all that only programs which are run later could
 * gain: the thread keeps the others, to be given up in the end by each thread, or by all together
 * (host/user.h). To be called while there is no other thread. 0 or a negative errno.
 */
int privilege_narrow(unsigned without);

/* privilege_of_loaded_bpf() is what maps and programs that are loaded cannot be used without: 0, or
 * PRIVILEGE_LOADED. Before Linux 5.19, kernel.unprivileged_bpf_disabled held for these, too (proc(5)).
 * privilege_of_loaded_bpf_in() is that of a release, as uname(2) tells it, and a setting. */
unsigned privilege_of_loaded_bpf(void);
unsigned privilege_of_loaded_bpf_in(const char *release, long disabled);

/* privilege_leave_thread() gives up what the calling thread has but `keep`, once it needs nothing more; unless it has
 * PRIVILEGE_USER: then the process is about to become another user, in all threads at once, which takes it. */
void privilege_leave_thread(unsigned keep);

/* privilege_use() has the thread use those of `wanted` alone among those that it has; the others may be used again
 * later. 0 or a negative errno. */
int privilege_use(unsigned wanted);

/* privilege_missing() returns those of `wanted`, a set of enum privilege, that the thread lacks. */
unsigned privilege_missing(unsigned wanted);

/* privilege_error_text() returns in words why what needs `used`, a set of enum privilege, failed with a negative errno:
 * -EPERM in spite of these privileges comes from a container's filter of system calls, or from kernel lockdown. */
const char *privilege_error_text(unsigned used, int error);

/* privilege_name() is the name of one of them as users know it: "CAP_NET_RAW". */
const char *privilege_name(enum privilege privilege);
