// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two hosts joined by a veth pair, and other help for the tests of this directory. All asserts success.
 *
 *   near 198.18.0.2/24 -------- far 198.18.0.1/24
 *        2001:db8:12::2/64          2001:db8:12::1/64
 */
#pragma once

#include <stdint.h>

#include "addresses.h"
#include "host/link_state.h"

#define NEAR_ADDRESS   IPV4(0xc6120002)
#define FAR_ADDRESS    IPV4(0xc6120001)
#define NOBODY_ADDRESS IPV4(0xc61200fd)
#define LATE_ADDRESS   IPV4(0xc61200fe)

#define NEAR_ADDRESS6   IPV6(0x20010db800120000, 2)
#define FAR_ADDRESS6    IPV6(0x20010db800120000, 1)
#define NOBODY_ADDRESS6 IPV6(0x20010db800120000, 0xfd)
#define LATE_ADDRESS6   IPV6(0x20010db800120000, 0xfe)

enum {
    LOOPBACK_INDEX = 1,
};

struct two_hosts {
    int near_netns, far_netns;
    unsigned near_index, far_index;
    uint8_t far_mac[6];
};

/* two_hosts_make() makes them, with devices "near" and "far", both up and with a carrier, and moves the calling thread
 * into the namespace of near. */
void two_hosts_make(struct two_hosts *hosts);

/* wait_for_carrier() waits until a device has a carrier, or has none: the kernel may notice it up to a second later.
 * Returns the state then. */
struct link_state wait_for_carrier(unsigned index, bool carrier);

/* drop_capability() takes a capability (CAP_…) from the calling thread for good. */
void drop_capability(unsigned capability);

/* open_descriptors() counts those of the process. */
unsigned open_descriptors(void);
