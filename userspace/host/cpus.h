// SPDX-License-Identifier: GPL-2.0-or-later
/* Which CPUs threads may run on. */
#pragma once

#include <pthread.h>
#include <sched.h>

/* cpus_available() returns the CPUs that the calling thread may run on: the online ones that taskset(1), a
 * container or its parent left to it. CPUs numbered CPU_SETSIZE, 1024, or higher are not used. Returns 0;
 * -ENODEV if there are only such CPUs; or another negative errno. */
int cpus_available(cpu_set_t *out);

/* cpus_keep_to() restricts the calling thread, and threads that it starts later, to these CPUs. Returns 0,
 * also if this is forbidden; -EINVAL if none of the CPUs may be used; or another negative errno. */
int cpus_keep_to(const cpu_set_t *cpus);

/* cpus_start_thread() starts a thread that runs on these CPUs from its first instruction; an empty set: on
 * any. Returns 0 or a negative errno. */
int cpus_start_thread(pthread_t *thread, const cpu_set_t *cpus, void *(*run)(void *), void *argument);
