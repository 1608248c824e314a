// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What stands before the IP header in captures of all kinds of links: one table. Replies that are received
 * live come over Ethernet alone (include/reply_parse.h).
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct link_layer {
    int number; /* of www.tcpdump.org/linktypes.html */
    const char *name;
    /* Where the IP header of a packet that ends before `end` begins; NULL where none is found. It may be
     * `end`: that a header is there is for others to see. Nothing beyond `end` is read. */
    const uint8_t *(*find_ip)(const uint8_t *packet, const uint8_t *end);
};

/* link_layer_find() is NULL for a link that is not decoded. */
const struct link_layer *link_layer_find(int number);

/* link_layer_at() gives those that are, one by one; NULL after the last. */
const struct link_layer *link_layer_at(size_t index);
