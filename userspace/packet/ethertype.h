// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From an EtherType, or the start of a PPP frame, to the IPv4 header behind it, through the layers that
 * carriers put between: VLAN tags, provider backbone tags, MPLS, PPPoE, 802.2. For captures, which are taken
 * anywhere.
 *
 * All three return NULL where no IPv4 is found, else where its header begins, which may be `end`. They read
 * nothing beyond `end`.
 */
#pragma once

#include <stdint.h>

#define ETHERTYPE_MPLS          0x8847 /* RFC 5332, section 4; 0x8848 where labels come from upstream */
#define ETHERTYPE_MPLS_UPSTREAM 0x8848
#define ETHERTYPE_PPPOE_SESSION 0x8864 /* RFC 2516, section 4 */
#define ETHERTYPE_VLAN_OLD_QINQ 0x9100 /* outer tags before 802.1ad */
#define ETHERTYPE_BACKBONE_TAG  0x88e7 /* IEEE 802.1ah, the I-TAG */

/* ethertype_find_ipv4() starts at the two bytes of an EtherType, or of an IEEE 802.3 length. */
const uint8_t *ethertype_find_ipv4(const uint8_t *type, const uint8_t *end);

/* ethertype_payload_ipv4() is for an EtherType that does not stand before its payload. */
const uint8_t *ethertype_payload_ipv4(uint16_t ethertype, const uint8_t *payload, const uint8_t *end);

/* ppp_find_ipv4() starts at a PPP frame, with or without its address and control bytes (RFC 1661, section
 * 6.6; RFC 1662, section 3.1). */
const uint8_t *ppp_find_ipv4(const uint8_t *frame, const uint8_t *end);
