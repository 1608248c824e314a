// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which host of a block of IPv6 is probed: what stands behind the block's bits.
 *
 *   random      all bits are drawn
 *   low         ::1 behind the block: what people number first
 *   eui         in the block's first /64 an identifier as it is made of an Ethernet address (RFC 4291,
 *               appendix A), drawn
 *   ::1234:1    the lower 64 bits that are given, likewise; "::" is the subnet's routers' anycast address
 *               (RFC 4291, section 2.6.1)
 *
 * A block longer than /64 has room for the lower bits of these alone.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/address_text.h"

enum host6_kind {
    HOST6_RANDOM,
    HOST6_LOW,
    HOST6_EUI,
    HOST6_GIVEN,
};

struct host6 {
    enum host6_kind kind;
    uint64_t identifier; /* that is given */
};

/* host6_parse() reads one of the above: false where it is none, an identifier's upper 64 bits being zero. */
bool host6_parse(const char *text, struct host6 *out);

/* host6_format() writes what host6_parse() reads, and returns `text`. */
const char *host6_format(struct host6 host, char text[ADDRESS_TEXT_SIZE]);
