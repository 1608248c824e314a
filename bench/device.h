// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Devices to send into, in private namespaces: nothing leaves this machine, nothing is left behind.
 *
 *   null   ifb without a qdisc: frees every frame at once, which shows the send path alone
 *   veth   the far end counts and drops in native XDP, which shows sending and receiving on one core
 *
 * Everything here ends the program with a message where it fails: a benchmark has nothing to fall back to.
 */
#pragma once

#include <stdint.h>

#include "host/link.h"

struct xdp_drop;

struct device {
    const char *name;
    struct link_info link;
    struct xdp_drop *far_end; /* NULL: the null device */
};

/* device_make_all() moves the calling thread into a namespace of its own and makes both devices there. */
void device_make_all(struct device *null, struct device *veth);

/* device_arrived() counts the frames that the device has taken to their end so far. */
uint64_t device_arrived(const struct device *device);
