// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Devices to send into. The first two are in private namespaces: nothing leaves this machine, and nothing is
 * left behind.
 *
 *   null   ifb without a qdisc: frees every frame at once, so only the send path is measured
 *   veth   the far end counts and drops in native XDP: sending and receiving on one core
 *   real   an interface of this host, towards an Ethernet address given by the user
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "host/link.h"

struct xdp_drop;

struct bench_device {
    int netns; /* its namespace; -1: not open */
    struct link_info link;
    struct address source; /* source address of probes */
    uint8_t next_hop_mac[6];

    /* veth */
    int far_netns;
    struct link_info far_link;
    struct xdp_drop *far_end; /* NULL: the far end is not ours */
    int far_program;
    bool counts_itself; /* null: its counters show what arrived */
};

/* bench_device_open_null() and bench_device_open_veth() create a device with `queues` queues; the calling
 * thread remains in its namespace. They return 0 or a negative errno. */
int bench_device_open_null(struct bench_device *device, unsigned queues);
int bench_device_open_veth(struct bench_device *device, unsigned queues);

/* bench_device_adopt() takes an interface of the thread's namespace as it is. Returns 0 or a negative
 * errno. */
int bench_device_adopt(struct bench_device *device, const struct link_info *link, struct address source,
                       const uint8_t next_hop_mac[6]);

/* bench_device_close() may also be called for a device that was never opened and is zero except for its
 * `netns`. */
void bench_device_close(struct bench_device *device);

/* bench_device_tells() returns whether the device shows what arrives. bench_device_arrived() counts what
 * arrived since the device was created; the calling thread must be in the device's namespace. Returns 0 or a
 * negative errno. */
bool bench_device_tells(const struct bench_device *device);
int bench_device_arrived(const struct bench_device *device, uint64_t *frames);
