// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/kernel_types.h"

#include <sys/stat.h>

bool kernel_types_are_known(void)
{
    struct stat file;

    return stat("/sys/kernel/btf/vmlinux", &file) == 0 && file.st_size > 0;
}
