// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A filter of system calls (seccomp(2), by libseccomp) for what is left to do once everything is open: to
 * read, write, send, receive and wait. It forbids to open, create or remove files, to execute, to trace, and
 * to start processes. A forbidden call fails with EPERM, and the caller reports that. A filter that kills
 * would end a survey of days because of one call made by a library, and would not restrict an intruder more.
 * Only clone3(2) fails with ENOSYS, so that the C library uses clone(2), whose flags the filter can check.
 *
 * Memory cannot be made executable either. Calls through the tables of another architecture kill the process.
 */
#pragma once

/* What is allowed in addition to reading, writing, sending, receiving, waiting, memory and threads. */
enum filter_for {
    FILTER_FOR_SURVEY = 1 << 0,   /* maps of loaded BPF programs, and running one of these programs */
    FILTER_FOR_LOOKUPS = 1 << 1,  /* what the C library's resolver does: read files, ask servers */
    FILTER_FOR_FILES = 1 << 2,    /* for the keeper of base/late_files.h: open, rename, remove */
    FILTER_FOR_TERMINAL = 1 << 3, /* reading single keys while in the foreground */
    FILTER_FOR_ROUTES = 1 << 4,   /* changing the destination of an open socket (host/path_mtu.h) */
};

/* syscall_filter_install() installs the filter for good, in all existing threads. This sets no_new_privs.
 * Returns 0 or a negative errno: -EINVAL if the kernel has no such filters. */
int syscall_filter_install(unsigned allowed);
