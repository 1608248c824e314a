// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Did the device send the probes that it took? Compares the growth of its own counters with the number of
 * probes handed to it. Packets of other programs only add to the counters. So they can show that probes are
 * missing, but never that none is missing.
 *
 * A probe may pass several devices (a VLAN device and the device below it; a bond and its ports), each with a
 * queue that may drop it. The smallest count is used. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "host/link.h"

/* What the devices that share a step, such as the ports of a bond, have counted in some time. */
struct device_growth {
    uint64_t packets, dropped; /* sent; refused or lost while sending */
    bool unknown;              /* for one of the devices this is not known */
};

/* device_growth_add() adds a device; `now` is NULL if the device is gone. If a counter is lower than before,
 * it was reset: the growth is unknown. */
void device_growth_add(struct device_growth *sum, const struct link_counters *before,
                       const struct link_counters *now);

struct device_count {
    bool known;       /* the counters can show a difference */
    uint64_t handed;  /* probes that the device took */
    uint64_t excused; /* of `handed`, sent while the link may have been down, which is reported elsewhere */
    uint64_t counted; /* packets sent, by the device's counter */
    uint64_t dropped; /* packets dropped, by its counter; includes refused ones that were offered again */
};

/* device_count_note() takes the counts of the devices of one more step on the way out. */
void device_count_note(struct device_count *count, const struct device_growth *growth);

/* device_count_missing() returns the number of probes that the device took and does not count as sent; 0 if
 * that is not known, or fewer than one in a thousand. */
uint64_t device_count_missing(const struct device_count *count);

/* device_counts_xdp_frames() returns whether a driver is known to count live frames among the packets that it
 * sent. Other drivers count them elsewhere, late, or not at all. */
bool device_counts_xdp_frames(const char *driver);
