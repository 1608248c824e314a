// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/cpus.h"

#include <errno.h>

int cpus_available(cpu_set_t *out)
{
    return sched_getaffinity(0, sizeof(*out), out) ? -errno : 0;
}

int cpus_keep_to(const cpu_set_t *cpus)
{
    return sched_setaffinity(0, sizeof(*cpus), cpus) ? -errno : 0;
}
