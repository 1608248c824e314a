// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Splits an IP packet into fragments (RFC 791, section 3.2; RFC 8200, section 4.5), for packets that the
 * kernel does not fragment. Pure.
 *
 *   header | data ......................................     the packet
 *   header | data .....  header | data .....  header | data  fragments, up to the MTU
 *
 * Each fragment has the header of the packet; in IPv6 a fragment header follows it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"
#include "protocol.h"

enum {
    FRAGMENT_HEADER_MAX = IPV6_HEADER + IPV6_FRAGMENT_HEADER,
    FRAGMENT_UNIT = 8, /* offsets count in units of so many bytes */
};

struct fragments {
    uint8_t *packet;         /* from its IP header on, without options or extension headers; outlives this */
    unsigned length, mtu;    /* bytes; mtu is at least fragments_least_mtu() */
    unsigned done;           /* bytes of data in the fragments so far; 0 at first */
    uint32_t identification; /* for IPv6, whose packets have none: one that this host has not used lately.
                                In IPv4 it is in the packet */
};

struct fragment {
    uint8_t header[FRAGMENT_HEADER_MAX];
    unsigned header_size;
    uint8_t *data; /* a part of the packet */
    unsigned size; /* of the data */
};

/* fragments_next() writes the next fragment, or returns false after the last. Only for packets longer than
 * the MTU. */
bool fragments_next(struct fragments *self, struct fragment *out);

/* fragments_count() returns the number of fragments of a packet of `length` bytes: 1 if it fits the MTU. */
unsigned fragments_count(enum address_family family, unsigned length, unsigned mtu);

/* fragments_least_mtu() returns the smallest MTU for which packets can be fragmented. */
unsigned fragments_least_mtu(enum address_family family);
