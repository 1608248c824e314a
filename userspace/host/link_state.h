// SPDX-License-Identifier: GPL-2.0-or-later
/* What may change of a network device while it is used. */
#pragma once

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

struct link_state {
    bool up, carrier; /* `carrier`: it can send, for all that the driver says */
    uint32_t mtu;
    uint32_t carrier_losses; /* since the device was made; 0 where the kernel does not tell */
    char name[IF_NAMESIZE];
};

struct netlink_kept;

/* link_state() reads it, by `kept` (host/netlink.h) unless that is NULL. 0; -ENODEV where there is no such device in the thread's namespace, also where it
 * was moved to another; or another negative errno. */
int link_state(struct netlink_kept *kept, unsigned index, struct link_state *out);
