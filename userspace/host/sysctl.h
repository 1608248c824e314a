// SPDX-License-Identifier: GPL-2.0-or-later
/* Settings of the kernel under /proc/sys; those of the network are the calling thread's namespace's. */
#pragma once

/* sysctl_set() writes `value` to a setting such as "net/ipv4/ip_forward". 0, -ENOENT where the kernel has no
 * such setting, or another negative errno. */
int sysctl_set(const char *name, const char *value);
