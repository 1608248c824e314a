// SPDX-License-Identifier: GPL-2.0-or-later
/* How much memory there is. */
#pragma once

#include <stdint.h>

/* machine_memory() is what the machine has, or what the control group at the root of /sys/fs/cgroup, which is
 * a container's own, may use of it; in bytes. */
uint64_t machine_memory(void);
