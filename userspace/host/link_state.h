// SPDX-License-Identifier: GPL-2.0-or-later
/* What may change about a network device while it is used. */
#pragma once

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

struct link_state {
    bool up, carrier; /* `carrier`: it can send, as far as the driver reports */
    uint32_t mtu;
    uint32_t carrier_losses; /* since the device was created; 0 if the kernel does not report it */
    char name[IF_NAMESIZE];
};

struct netlink_kept;

/* link_state() reads the state, through `kept` (host/netlink.h) unless that is NULL. Returns 0; -ENODEV if
 * there is no such device in the thread's namespace, also if it was moved to another; or another negative
 * errno. */
int link_state(struct netlink_kept *kept, unsigned index, struct link_state *out);
