// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/memory.h"

#include <unistd.h>

#include "host/text_file.h"

uint64_t machine_memory(void)
{
    uint64_t bytes = (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE);
    long limit;

    /* "max" is no number and means no limit. */
    if (text_file_number("/sys/fs/cgroup/memory.max", &limit) == 0 && limit > 0 && (uint64_t)limit < bytes)
        return (uint64_t)limit;
    return bytes;
}
