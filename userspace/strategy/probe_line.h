// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A probe as a line of text, as caracal reads them:
 *
 *   destination,source port,destination port,TTL,protocol[,flow label[,wait in µs]]
 *
 * The destination is an address of either family, ::ffff:192.0.2.1, or that of IPv4 as one decimal number; the
 * protocol udp, icmp or icmp6, where icmp over IPv6 is icmp6.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "packet/given.h"

struct probe_line {
    struct probe probe; /* packet/given.h */
    uint32_t wait_us;   /* nothing is sent for so long after it */
};

/* probe_line_read() reads a line without its newline. NULL, or what is wrong with it, in a few words. */
const char *probe_line_read(const char *text, size_t length, struct probe_line *out);
