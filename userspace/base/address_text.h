// SPDX-License-Identifier: GPL-2.0-or-later
/* Text forms of addresses. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"

enum {
    ADDRESS_TEXT_SIZE = 46, /* of either family, with its NUL: INET6_ADDRSTRLEN */
    MAC_TEXT_SIZE = 18,
};

/* address_parse() reads an address of either family, as inet_pton(3) does; ::ffff:192.0.2.1 is 192.0.2.1. */
bool address_parse(const char *text, struct address *address);

/* address_take_ipv4() reads the dotted quad at the beginning of a text that has no NUL, as inet_pton(3) does.
 * Returns its length, or 0 if there is none. */
size_t address_take_ipv4(const char *text, size_t length, struct address *address);

/* address_format() writes a dotted quad, or for IPv6 the form that RFC 5952 recommends, and a NUL. Returns the
 * length without the NUL. */
size_t address_format(struct address address, char text[ADDRESS_TEXT_SIZE]);

/* mac_format() writes aa:bb:cc:dd:ee:ff and returns `text`. */
const char *mac_format(const uint8_t mac[6], char text[MAC_TEXT_SIZE]);
