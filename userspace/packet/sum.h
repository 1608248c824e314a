// SPDX-License-Identifier: GPL-2.0-or-later
/* The Internet checksum over whole packets, to check received ones. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"

/* sum_valid() returns whether `length` bytes that include their checksum sum to all ones (RFC 1071). */
bool sum_valid(const uint8_t *data, size_t length);

/* sum_valid_icmp() does the same for an ICMP message of `length` bytes in a packet whose IP header is at
 * `ip`. In ICMPv6 the checksum also covers the pseudo-header (RFC 4443, section 2.3; RFC 8200, section
 * 8.1). */
bool sum_valid_icmp(enum address_family family, const uint8_t *ip, const uint8_t *icmp, size_t length);
