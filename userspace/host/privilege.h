// SPDX-License-Identifier: GPL-2.0-or-later
/* Capabilities of the calling thread. Each thread has its own; new threads inherit those of the thread that
 * starts them. */
#pragma once

#include <stdbool.h>

enum privilege {
    PRIVILEGE_NET_RAW = 1 << 0,
    PRIVILEGE_NET_ADMIN = 1 << 1,
    PRIVILEGE_SYS_ADMIN = 1 << 2,
    PRIVILEGE_BPF = 1 << 3,     /* CAP_BPF, or CAP_SYS_ADMIN which includes it */
    PRIVILEGE_PERFMON = 1 << 4, /* CAP_PERFMON, or CAP_SYS_ADMIN */
    PRIVILEGE_FILES = 1 << 5,   /* CAP_DAC_OVERRIDE: access to all users' files */
    PRIVILEGE_USER = 1 << 6,    /* CAP_SETUID and CAP_SETGID: becoming another user (host/user.h) */
    PRIVILEGE_LOADED = 1 << 7,  /* CAP_BPF alone */
};

/* privilege_is_lent() returns whether the program's file gave privileges to the caller (setcap(8),
 * set-user-ID): then the user who started the program may have fewer than the program. The kernel reports
 * this (AT_SECURE, getauxval(3)); the C library removes from the environment what would let the user's code
 * in. */
bool privilege_is_lent(void);

/* privilege_administers_network() returns whether the caller has a CAP_NET_ADMIN that was not lent, and so
 * could give this host any address. */
bool privilege_administers_network(void);

/*
 * privilege_drop() gives up for good all capabilities except those in `keep`, a set of enum privilege, in all
 * sets of the thread: effective, permitted, inheritable, ambient, and, if allowed (CAP_SETPCAP), bounding.
 * Programs executed later gain none (no_new_privs). If privileges were lent, other processes may not look
 * into this one either: it has sockets that the user could not open. Call it while there is no other thread.
 * Returns 0 or a negative errno. It may be called again for privileges already dropped.
 */
int privilege_drop(unsigned keep);

/*
 * privilege_narrow() gives up for good those of `without`, and all that only programs executed later could
 * gain. The thread keeps the others, until each thread gives them up, or all together (host/user.h). Call it
 * while there is no other thread. Returns 0 or a negative errno.
 */
int privilege_narrow(unsigned without);

/* privilege_of_loaded_bpf() returns what is needed to use maps and programs that are loaded: 0, or
 * PRIVILEGE_LOADED. Before Linux 5.19, kernel.unprivileged_bpf_disabled applied to these, too (proc(5)).
 * privilege_of_loaded_bpf_in() does so for a given release, as in uname(2), and a given setting. */
unsigned privilege_of_loaded_bpf(void);
unsigned privilege_of_loaded_bpf_in(const char *release, long disabled);

/* privilege_leave_thread() gives up all privileges of the calling thread except `keep`, once it needs nothing
 * more. With PRIVILEGE_USER it does nothing: then the process will become another user in all threads at
 * once, and needs it for that. */
void privilege_leave_thread(unsigned keep);

/* privilege_use() makes only those of the thread's privileges effective that are in `wanted`; the others may
 * be used again later. Returns 0 or a negative errno. */
int privilege_use(unsigned wanted);

/* privilege_missing() returns those of `wanted`, a set of enum privilege, that the thread lacks. */
unsigned privilege_missing(unsigned wanted);

/* privilege_error_text() explains in words why an action that needs `used`, a set of enum privilege, failed
 * with a negative errno: -EPERM in spite of these privileges comes from a container's filter of system calls,
 * or from kernel lockdown. */
const char *privilege_error_text(unsigned used, int error);

/* privilege_name() returns the name of a privilege as users know it: "CAP_NET_RAW". */
const char *privilege_name(enum privilege privilege);
