// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which host of an IPv6 block is probed, given as the bits behind the block's prefix:
 *
 *   random      all bits are drawn
 *   low         ::1 behind the prefix: the number that people assign first
 *   eui         in the block's first /64, a drawn identifier in the form that is made from an Ethernet address
 *               (RFC 4291, appendix A)
 *   ::1234:1    in the block's first /64, the given lower 64 bits; "::" is the anycast address of the subnet's
 *               routers (RFC 4291, section 2.6.1)
 *
 * A block longer than /64 has room for only the lower bits of these.
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

/* The names of the first three, for options and messages. */
#define HOST6_NAME_RANDOM "random"
#define HOST6_NAME_LOW    "low"
#define HOST6_NAME_EUI    "eui"

struct host6 {
    enum host6_kind kind;
    uint64_t identifier; /* for HOST6_GIVEN */
};

/* host6_parse() reads one of the above. Returns false for anything else, also for an identifier whose
 * upper 64 bits are not zero. */
bool host6_parse(const char *text, struct host6 *out);

/* host6_format() writes the text that host6_parse() reads. Returns `text`. */
const char *host6_format(struct host6 host, char text[ADDRESS_TEXT_SIZE]);
