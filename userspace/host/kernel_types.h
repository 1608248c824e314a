// SPDX-License-Identifier: GPL-2.0-or-later
/* The type information (BTF) of the running kernel, which BPF programs that trace the kernel need. */
#pragma once

#include <stdbool.h>

/* kernel_types_are_known() returns whether the kernel offers it: it was built with CONFIG_DEBUG_INFO_BTF, and /sys is
 * mounted. */
bool kernel_types_are_known(void);
