// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Unnamed network namespaces: they exist as long as a descriptor or a process holds them, so that even
 * SIGKILL leaves nothing behind. A namespace belongs to a thread; new threads inherit the namespace of the
 * thread that starts them.
 */
#pragma once

/* netns_open_current() returns an O_CLOEXEC descriptor of the calling thread's namespace, or a negative
 * errno. */
int netns_open_current(void);

/* netns_create() creates a new namespace, brings its loopback up and returns an O_CLOEXEC descriptor of it,
 * or a negative errno: -EPERM without CAP_SYS_ADMIN. The calling thread remains in its old namespace. */
int netns_create(void);

/* netns_enter() moves the calling thread into a namespace. Returns 0 or a negative errno. */
int netns_enter(int netns_fd);
