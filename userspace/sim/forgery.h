// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Forged replies, as somebody would send them who knows what hopwire's probes look like, but not the key:
 * everything is right but the tags.
 */
#pragma once

#include <stdint.h>

enum {
    FORGERY_LENGTH = 14 + 20 + 8 + 28, /* Ethernet, IPv4, ICMP, quotation */
};

/* forgery_make() writes the Time Exceeded of some router for a probe that `random` makes up, to the host with
 * the address `host`, host order. Returns FORGERY_LENGTH. */
unsigned forgery_make(uint8_t frame[FORGERY_LENGTH], const uint8_t host_mac[6], const uint8_t gateway_mac[6],
                      uint32_t host, uint64_t random);
