// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Finds the IP header behind an EtherType or the start of a PPP frame, through the layers that carriers put
 * between: VLAN tags, provider backbone tags, MPLS, PPPoE, 802.2. For captures, which may come from any link.
 *
 * All three functions return the start of the IP header, or NULL if none is found. The start may be `end`.
 * The first byte of the header gives the IP version. Nothing beyond `end` is read. If none is found, `*stopped`
 * receives the EtherType at which the search ended, of a protocol that is not decoded or carries something else
 * than IP; 0: it has none.
 */
#pragma once

#include <stdint.h>

/* ethertype_find_ip() starts at the two bytes of an EtherType or of an IEEE 802.3 length. */
const uint8_t *ethertype_find_ip(const uint8_t *type, const uint8_t *end, uint16_t *stopped);

/* ethertype_payload_ip() is for an EtherType that is not directly before its payload. */
const uint8_t *ethertype_payload_ip(uint16_t ethertype, const uint8_t *payload, const uint8_t *end,
                                    uint16_t *stopped);

/* ppp_find_ip() starts at a PPP frame, with or without its address and control bytes (RFC 1661, section
 * 6.6; RFC 1662, section 3.1). */
const uint8_t *ppp_find_ip(const uint8_t *frame, const uint8_t *end, uint16_t *stopped);
