// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Unnamed network namespaces: they live as long as a descriptor or a process holds them, so that even SIGKILL
 * leaves nothing behind. A namespace belongs to a thread; threads inherit that of the thread which starts
 * them.
 */
#pragma once

/* netns_open_current() returns an O_CLOEXEC descriptor of the calling thread's namespace, or a negative
 * errno. */
int netns_open_current(void);

/* netns_create() makes a new namespace, brings its loopback up and returns an O_CLOEXEC descriptor of it; the
 * calling thread stays where it was. Negative errno: -EPERM without CAP_SYS_ADMIN. */
int netns_create(void);

/* netns_enter() moves the calling thread; 0 or a negative errno. */
int netns_enter(int netns_fd);
