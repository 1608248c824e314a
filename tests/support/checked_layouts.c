// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/checked_layouts.h"

#include "layout_icmp4.h"
#include "layout_icmp6.h"
#include "layout_tcp4.h"
#include "layout_tcp6.h"
#include "layout_udp4.h"
#include "layout_udp6.h"

#define FUNCTIONS(layout)                                                                                    \
    .name = #layout, .template_init = layout##_template_init, .prepare = layout##_prepare,                   \
    .craft = layout##_craft, .recover = layout##_recover

#define UDP6                                                                                                 \
    FUNCTIONS(udp6), .family = FAMILY_IPV6, .port = UDP6_PORT, .crafted = UDP6_CRAFTED,                      \
                     .flows = {0, 1, 255, 0xffff - UDP6_PORT}
#define ICMP6                                                                                                \
    FUNCTIONS(icmp6), .family = FAMILY_IPV6, .crafted = ICMP6_CRAFTED, .flows = {0, 1, 128, ICMP6_MAX_FLOW}
#define TCP6(kind, length)                                                                                   \
    FUNCTIONS(kind), .family = FAMILY_IPV6, .port = CHECKED_PORT, .crafted = (length),                       \
                     .flows = {0, 1, 128, TCP6_MAX_FLOW}
#define TCP4(kind, length)                                                                                   \
    FUNCTIONS(kind), .family = FAMILY_IPV4, .port = CHECKED_PORT, .crafted = (length),                       \
                     .flows = {0, 1, 128, TCP4_MAX_FLOW}

const struct checked_layout checked_udp4 = {
    FUNCTIONS(udp4),         .family = FAMILY_IPV4,       .port = UDP4_PORT,
    .crafted = UDP4_CRAFTED, .wire_time = udp4_wire_time, .flows = {0, 1, 255, 0xffff - UDP4_PORT},
};
const struct checked_layout checked_icmp4 = {
    FUNCTIONS(icmp4),
    .family = FAMILY_IPV4,
    .crafted = ICMP4_CRAFTED,
    .flows = {0, 1, 128, ICMP4_MAX_FLOW},
};
const struct checked_layout checked_tcp4_syn = {TCP4(tcp4_syn, TCP4_SYN_CRAFTED)};
const struct checked_layout checked_tcp4_ack = {TCP4(tcp4_ack, TCP4_ACK_CRAFTED)};

const struct checked_layout checked_udp6 = {UDP6};
const struct checked_layout checked_icmp6 = {ICMP6};
const struct checked_layout checked_tcp6_syn = {TCP6(tcp6_syn, TCP6_SYN_CRAFTED)};
const struct checked_layout checked_tcp6_ack = {TCP6(tcp6_ack, TCP6_ACK_CRAFTED)};

const struct checked_layout checked_udp6_cut = {UDP6, .kept = CHECKED_CUT};
const struct checked_layout checked_icmp6_cut = {ICMP6, .kept = CHECKED_CUT};
const struct checked_layout checked_tcp6_cut = {TCP6(tcp6_syn, TCP6_SYN_CRAFTED), .kept = CHECKED_CUT};
