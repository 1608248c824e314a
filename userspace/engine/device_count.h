// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Did the device send what it took? Its own counters, read before and after, against what was handed to it.
 * Other programs' packets only add to them, so they can show that probes are missing, never that none is.
 *
 * A probe may pass several devices (a VLAN device and that below it, a bond and its ports), each of which has
 * a queue that may drop it: the one that counts fewest tells. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "host/link.h"

/* What devices that share a task, such as the ports of a bond, have counted in some time. */
struct device_growth {
    uint64_t packets, dropped; /* sent, and refused or lost on the way out */
    bool unknown;              /* one of them cannot say */
};

/* device_growth_add() adds a device; `now` is NULL where it is gone. One that counts less than before has
 * begun anew, and cannot say. */
void device_growth_add(struct device_growth *sum, const struct link_counters *before,
                       const struct link_counters *now);

struct device_count {
    bool known;       /* the counters can show a difference */
    uint64_t handed;  /* probes that the device took */
    uint64_t excused; /* of these, sent while the link may have been down, which is told elsewhere */
    uint64_t counted; /* packets that it says it has sent */
    uint64_t dropped; /* and those that it says it has not; refused ones that were offered again among them */
};

/* device_count_note() takes what the devices of one more step on the way out counted. */
void device_count_note(struct device_count *count, const struct device_growth *growth);

/* device_count_missing() is the number of probes that the device took and does not count as sent; 0 where
 * that is not known, or fewer than one in a thousand. */
uint64_t device_count_missing(const struct device_count *count);

/* device_counts_xdp_frames() says whether a driver is known to count live frames among the packets that it
 * sent. Others count them elsewhere, late, or not at all. */
bool device_counts_xdp_frames(const char *driver);
