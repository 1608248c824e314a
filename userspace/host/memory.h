// SPDX-License-Identifier: GPL-2.0-or-later
/* How much memory there is. */
#pragma once

#include <stdint.h>

/* machine_memory() returns the memory of the machine in bytes, or less if the control group at the root of
 * /sys/fs/cgroup, in a container its own, may use less. */
uint64_t machine_memory(void);
