// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Forged replies. Either as somebody would send them who knows what hopwire's probes look like, but not the
 * key: everything is right but the tags. Or by somebody who saw a probe: everything is right but the sender.
 */
#pragma once

#include <stdint.h>

#include "packet/layout.h"

enum {
    FORGERY_LONGEST = 256, /* longer than every reply that is a survey's, in its Ethernet frame */
};

/* forgery_make() writes the Time Exceeded of some router for a probe of `layout` that `random` makes up, to the
 * simulated host. Returns the frame's length. */
unsigned forgery_make(uint8_t frame[FORGERY_LONGEST], const struct layout *layout, const uint8_t host_mac[6],
                      const uint8_t gateway_mac[6], uint64_t random);

/* forgery_replay() writes a true reply, an Ethernet frame of at most FORGERY_LONGEST bytes with an IP header
 * without options or extension headers, as if another router had sent it. Returns its length. */
unsigned forgery_replay(uint8_t frame[FORGERY_LONGEST], const uint8_t *reply, unsigned length,
                        uint64_t random);
