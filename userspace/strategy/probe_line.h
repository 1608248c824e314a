// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A probe as a line of text, in caracal's form:
 *
 *   destination,source port,destination port,TTL,protocol[,flow label[,wait in µs]]
 *
 * The destination is an address of either family, ::ffff:192.0.2.1, or an IPv4 address as one decimal number.
 * The protocol is udp, icmp or icmp6; icmp over IPv6 means icmp6.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "packet/given.h"

struct probe_line {
    struct probe probe; /* packet/given.h */
    uint32_t wait_us;   /* time after it in which nothing is sent */
};

/* probe_line_read() reads a line without its newline. Returns NULL, or a few words that say what is wrong. */
const char *probe_line_read(const char *text, size_t length, struct probe_line *out);
