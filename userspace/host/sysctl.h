// SPDX-License-Identifier: GPL-2.0-or-later
/* Kernel settings under /proc/sys; network settings are those of the calling thread's namespace. */
#pragma once

/* sysctl_set() writes `value` to a setting such as "net/ipv4/ip_forward". Returns 0, -ENOENT if the kernel
 * has no such setting, or another negative errno. */
int sysctl_set(const char *name, const char *value);
