// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From an EtherType, or the start of a PPP frame, to the IP header behind it, through the layers that
 * carriers put between: VLAN tags, provider backbone tags, MPLS, PPPoE, 802.2. For captures, which are taken
 * anywhere.
 *
 * All three return NULL where no IP is found, else where its header begins, which may be `end`; of which
 * version it is says its first byte. They read nothing beyond `end`.
 */
#pragma once

#include <stdint.h>

/* ethertype_find_ip() starts at the two bytes of an EtherType, or of an IEEE 802.3 length. */
const uint8_t *ethertype_find_ip(const uint8_t *type, const uint8_t *end);

/* ethertype_payload_ip() is for an EtherType that does not stand before its payload. */
const uint8_t *ethertype_payload_ip(uint16_t ethertype, const uint8_t *payload, const uint8_t *end);

/* ppp_find_ip() starts at a PPP frame, with or without its address and control bytes (RFC 1661, section
 * 6.6; RFC 1662, section 3.1). */
const uint8_t *ppp_find_ip(const uint8_t *frame, const uint8_t *end);
