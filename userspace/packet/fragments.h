// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An IP packet in fragments (RFC 791, section 3.2; RFC 8200, section 4.5), for those who write packets that
 * the kernel does not cut. Pure.
 *
 *   header | data ......................................     the packet
 *   header | data .....  header | data .....  header | data  fragments, as long as the MTU allows
 *
 * The header of a fragment is the packet's own; over IPv6 a fragment header follows it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"
#include "protocol.h"

enum {
    FRAGMENT_HEADER_MAX = IPV6_HEADER + IPV6_FRAGMENT_HEADER,
    FRAGMENT_UNIT = 8, /* bytes in which offsets count */
};

struct fragments {
    uint8_t *packet; /* from its IP header on, which has no options or extension headers; outlives this */
    unsigned length, mtu;    /* bytes; mtu is at least fragments_least_mtu() */
    unsigned done;           /* bytes of data in the fragments so far; begins as 0 */
    uint32_t identification; /* of IPv6, where packets have none: one that this host has not given to
                                another packet lately. That of IPv4 stands in the packet */
};

struct fragment {
    uint8_t header[FRAGMENT_HEADER_MAX];
    unsigned header_size;
    uint8_t *data; /* a part of the packet */
    unsigned size; /* of the data */
};

/* fragments_next() writes the next one; false where there is none any more. It is for packets that are longer
 * than the MTU. */
bool fragments_next(struct fragments *self, struct fragment *out);

/* fragments_count() is how many there are of a packet of `length` bytes: 1 where it fits. */
unsigned fragments_count(enum address_family family, unsigned length, unsigned mtu);

/* fragments_least_mtu() is the least by which packets can be cut. */
unsigned fragments_least_mtu(enum address_family family);
