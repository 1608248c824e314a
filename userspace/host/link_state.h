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

/* link_state() reads it. 0; -ENODEV where there is no such device in the thread's namespace, also where it
 * was moved to another; or another negative errno. */
int link_state(unsigned index, struct link_state *out);
