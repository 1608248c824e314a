// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A filter of system calls (seccomp(2), by libseccomp) for what is left to do once everything is open: to read, write,
 * send, receive and wait. Nothing that opens, makes or removes a file, that executes, traces, or starts a
 * process. What is refused fails with EPERM, and the caller says so: a filter that kills would end a survey of
 * days for a call that a library makes in passing, and gives an intruder nothing less. clone3(2) alone fails
 * with ENOSYS, so that the C library takes clone(2), whose flags can be looked at.
 *
 * Memory cannot be made executable either. Calls by the tables of another architecture kill.
 */
#pragma once

/* What is allowed beside reading, writing, sending, receiving, waiting, memory and threads. */
enum filter_for {
    FILTER_FOR_SURVEY = 1 << 0,   /* the maps of loaded BPF programs, and running one of them */
    FILTER_FOR_LOOKUPS = 1 << 1,  /* what the C library's resolver does: reads files, asks servers */
    FILTER_FOR_FILES = 1 << 2,    /* the keeper of base/late_files.h: opens, renames, removes */
    FILTER_FOR_TERMINAL = 1 << 3, /* keys one by one, while it is in the foreground */
    FILTER_FOR_ROUTES = 1 << 4,   /* another destination for a socket that is open (host/path_mtu.h) */
};

/* syscall_filter_install() installs it for good, in all threads that there are. no_new_privs is set with it.
 * 0 or a negative errno: -EINVAL where the kernel has no such filters. */
int syscall_filter_install(unsigned allowed);
