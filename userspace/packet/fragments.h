// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An IPv4 packet in fragments (RFC 791, section 3.2), for those who write packets that the kernel does not
 * cut. Pure.
 *
 *   header | data ......................................     the packet
 *   header | data .....  header | data .....  header | data  fragments, as long as the MTU allows
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol.h"

enum {
    FRAGMENT_HEADER = IPV4_HEADER, /* packets with options are not cut */
    FRAGMENT_UNIT = 8,             /* bytes in which offsets count */
    SMALLEST_MTU_TO_CUT = FRAGMENT_HEADER + FRAGMENT_UNIT,
};

struct fragments {
    uint8_t *packet;      /* with a header of FRAGMENT_HEADER bytes; outlives this */
    unsigned length, mtu; /* bytes; mtu is at least SMALLEST_MTU_TO_CUT */
    unsigned done;        /* bytes of data in the fragments so far; begins as 0 */
};

struct fragment {
    uint8_t header[FRAGMENT_HEADER];
    uint8_t *data; /* a part of the packet */
    unsigned size; /* of the data */
};

/* fragments_next() writes the next one; false where there is none any more. A packet that fits is its only
 * fragment. */
bool fragments_next(struct fragments *self, struct fragment *out);

/* fragments_count() is how many there are of a packet of `length` bytes. */
unsigned fragments_count(unsigned length, unsigned mtu);
