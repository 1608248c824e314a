// SPDX-License-Identifier: GPL-2.0-or-later
/* Which CPUs threads may run on. */
#pragma once

#include <pthread.h>
#include <sched.h>

/* cpus_available() says where the calling thread may run: what taskset(1), a container or its parent left it
 * of the CPUs that are online. Those numbered from CPU_SETSIZE, 1024, on are left to others. 0; -ENODEV where
 * there are only such; or another negative errno. */
int cpus_available(cpu_set_t *out);

/* cpus_keep_to() has the calling thread, and those that it starts from now on, run there and nowhere else. 0,
 * also where that is forbidden;
 * -EINVAL where none of these CPUs may be used; or another negative errno. */
int cpus_keep_to(const cpu_set_t *cpus);

/* cpus_start_thread() starts one that is there from its first instruction on; an empty set: anywhere. 0 or a
 * negative errno. */
int cpus_start_thread(pthread_t *thread, const cpu_set_t *cpus, void *(*run)(void *), void *argument);
