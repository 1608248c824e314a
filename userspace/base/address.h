// SPDX-License-Identifier: GPL-2.0-or-later
/* Text forms of addresses. */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum {
    IPV4_TEXT_SIZE = 16, /* "255.255.255.255" and its NUL */
    MAC_TEXT_SIZE = 18,
};

/* ipv4_format() writes the dotted quad of a host-order address with a NUL and returns its length. Fast: the
 * writers of results call it twice a record. */
size_t ipv4_format(uint32_t address, char text[IPV4_TEXT_SIZE]);

/* mac_format() writes aa:bb:cc:dd:ee:ff and returns `text`. */
const char *mac_format(const uint8_t mac[6], char text[MAC_TEXT_SIZE]);
