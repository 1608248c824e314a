// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where a device's received frames are worked on. Normally that is a softirq of the CPU that the frames came
 * in on; a threaded NAPI instance has a kernel thread, which runs where it is told to.
 */
#pragma once

#include <sched.h>

/*
 * napi_give_threads() moves all NAPI instances of a device of the calling thread's namespace, which is up,
 * into kernel threads that go before others. The i-th instance, which on veth serves the i-th RX queue, keeps
 * to cpus[i % count]; an empty set is anywhere. 0 or a negative errno: -EOPNOTSUPP before Linux 6.17, -EPERM
 * without CAP_NET_ADMIN, -ENOENT where the device has no instance, -EINVAL where there is no such CPU, -ESRCH
 * where the threads cannot be seen from this process namespace. The instances go with the device.
 */
int napi_give_threads(unsigned interface_index, const cpu_set_t cpus[], unsigned count);
