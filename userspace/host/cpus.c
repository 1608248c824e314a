// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/cpus.h"

#include <errno.h>
#include <string.h>

enum {
    /* Enough for the largest kernels (CONFIG_NR_CPUS, at most 8192 on x86), with a margin. */
    SETS = 16,
};

/* The kernel refuses a set that is smaller than its own. */
int cpus_available(cpu_set_t *out)
{
    cpu_set_t all[SETS];

    memset(all, 0, sizeof(all));
    if (sched_getaffinity(0, sizeof(all), all))
        return -errno;
    *out = all[0];
    return CPU_COUNT(out) ? 0 : -ENODEV;
}

/* A service manager may forbid the call (SystemCallFilter=~@resources): then threads run where the kernel
 * puts them. */
int cpus_keep_to(const cpu_set_t *cpus)
{
    return sched_setaffinity(0, sizeof(*cpus), cpus) && errno != EPERM ? -errno : 0;
}

int cpus_start_thread(pthread_t *thread, const cpu_set_t *cpus, void *(*run)(void *), void *argument)
{
    pthread_attr_t attributes;
    int error = pthread_attr_init(&attributes);

    if (error)
        return -error;
    if (CPU_COUNT(cpus))
        error = pthread_attr_setaffinity_np(&attributes, sizeof(*cpus), cpus);
    if (!error)
        error = pthread_create(thread, &attributes, run, argument);
    if (error == EPERM)
        error = pthread_create(thread, NULL, run, argument);
    pthread_attr_destroy(&attributes);
    return -error;
}
