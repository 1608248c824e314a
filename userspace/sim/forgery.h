// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Forges replies of two kinds. Those of an attacker who knows the form of hopwire's probes, but not the key:
 * all but the tags is correct. And those of an attacker who saw a probe: all but the sender is correct.
 */
#pragma once

#include <stdint.h>

#include "packet/layout.h"

enum {
    FORGERY_LONGEST = 256, /* longer than every reply to a survey, in its Ethernet frame */
};

/* forgery_make() writes a router's Time Exceeded to the simulated host, for a probe of `layout` derived from
 * `random`. Returns the frame's length. */
unsigned forgery_make(uint8_t frame[FORGERY_LONGEST], const struct layout *layout, const uint8_t host_mac[6],
                      const uint8_t gateway_mac[6], uint64_t random);

/* forgery_replay() writes a true reply as if another router had sent it. `reply` is an Ethernet frame of at
 * most FORGERY_LONGEST bytes, with an IP header without options or extension headers. Returns the frame's
 * length. */
unsigned forgery_replay(uint8_t frame[FORGERY_LONGEST], const uint8_t *reply, unsigned length,
                        uint64_t random);
