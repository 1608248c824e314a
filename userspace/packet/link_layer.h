// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Finds the IP header in captures of all kinds of links: one table. Replies received live come over Ethernet
 * only (include/reply_parse.h).
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct link_layer {
    int number; /* of www.tcpdump.org/linktypes.html */
    const char *name;
    /* Returns the start of the IP header of a packet that ends before `end`, or NULL if none is found. The
     * start may be `end`: callers check that a header is there. Nothing beyond `end` is read. `stopped`: see
     * packet/ethertype.h; it is left as it is on links without EtherTypes. */
    const uint8_t *(*find_ip)(const uint8_t *packet, const uint8_t *end, uint16_t *stopped);
};

/* link_layer_find() returns the entry of a link type, or NULL if it is not decoded. */
const struct link_layer *link_layer_find(int number);

/* link_layer_at() returns the entries one by one; NULL after the last. */
const struct link_layer *link_layer_at(size_t index);
