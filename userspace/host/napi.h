// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where a device's received frames are processed. Normally in a softirq, on the CPU on which the frames
 * arrived. A threaded NAPI instance has a kernel thread instead, which runs on CPUs that can be chosen.
 */
#pragma once

#include <sched.h>

/*
 * napi_give_threads() moves all NAPI instances of a device of the calling thread's namespace, which must be
 * up, into kernel threads that take precedence over others. The i-th instance, which on veth serves the i-th
 * RX queue, runs on cpus[i % count]; an empty set means any CPU. Returns 0 or a negative errno: -EOPNOTSUPP
 * before Linux 6.17, -EPERM without CAP_NET_ADMIN, -ENOENT if the device has no instance, -EINVAL if there is
 * no such CPU, -ESRCH if the threads are not visible in this process namespace. The instances end with the
 * device.
 */
int napi_give_threads(unsigned interface_index, const cpu_set_t cpus[], unsigned count);
