// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Devices to send into. The first two stand in private namespaces: nothing leaves this machine, nothing is
 * left behind.
 *
 *   null   ifb without a qdisc: frees every frame at once, which shows the send path alone
 *   veth   the far end counts and drops in native XDP, which shows sending and receiving on one core
 *   real   an interface of this host, towards an Ethernet address that the user gives
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "host/link.h"

struct xdp_drop;

struct bench_device {
    int netns; /* where it is; -1: it is not open */
    struct link_info link;
    struct address source; /* address of probes */
    uint8_t next_hop_mac[6];

    /* veth */
    int far_netns;
    struct link_info far_link;
    struct xdp_drop *far_end; /* NULL: the device has no far end of ours */
    int far_program;
    bool counts_itself; /* null: its counters say what arrived */
};

/* bench_device_open_null() and bench_device_open_veth() make a device with `queues` queues; the calling
 * thread stays in its namespace. 0 or a negative errno. */
int bench_device_open_null(struct bench_device *device, unsigned queues);
int bench_device_open_veth(struct bench_device *device, unsigned queues);

/* bench_device_adopt() takes an interface of the thread's namespace as it is. 0 or a negative errno. */
int bench_device_adopt(struct bench_device *device, const struct link_info *link, struct address source,
                       const uint8_t next_hop_mac[6]);

/* bench_device_close() is right also for a device that was never opened and is zero but for its `netns`. */
void bench_device_close(struct bench_device *device);

/* bench_device_tells() says whether it is known what arrives. bench_device_arrived() counts it, since the
 * device was made; the calling thread is in the device's namespace. 0 or a negative errno. */
bool bench_device_tells(const struct bench_device *device);
int bench_device_arrived(const struct bench_device *device, uint64_t *frames);
