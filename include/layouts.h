// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The table of layouts: one line per protocol and family, and the only place from which userspace and BPF get
 * them. In userspace a line becomes an entry of packet/layout.c. BPF has no function pointers: there a line
 * becomes a case of a switch, whose value is constant when the program is loaded, so that the verifier removes
 * the other cases. `tracked` is used by userspace only: the other stamp (layout_tracked.h), 0 if there is none.
 */
#pragma once

#include "layout_icmp4_tracked.h"
#include "layout_icmp6_tracked.h"
#include "layout_tcp4_tracked.h"
#include "layout_tcp6_tracked.h"
#include "layout_udp4_tracked.h"
#include "layout_udp6_tracked.h"

/* clang-format off */
#define LAYOUTS(LINE)                                                                                        \
    /*   functions  constants  name       family       protocol         answer            tracked            help */                 \
    LINE(udp4,      UDP4,      "udp",     FAMILY_IPV4, PROTOCOL_UDP,    layout_no_answer, &udp4_tracked,     "UDP to high ports") \
    LINE(icmp4,     ICMP4,     "icmp",    FAMILY_IPV4, PROTOCOL_ICMP,   icmp4_answer,     &icmp4_tracked,    "Echo Requests")     \
    LINE(tcp4_syn,  TCP4_SYN,  "tcp-syn", FAMILY_IPV4, PROTOCOL_TCP,    tcp4_syn_answer,  &tcp4_syn_tracked, "SYN to a port")     \
    LINE(tcp4_ack,  TCP4_ACK,  "tcp-ack", FAMILY_IPV4, PROTOCOL_TCP,    tcp4_ack_answer,  &tcp4_ack_tracked, "ACK to a port")     \
    LINE(udp6,      UDP6,      "udp",     FAMILY_IPV6, PROTOCOL_UDP,    layout_no_answer, &udp6_tracked,     "UDP to high ports") \
    LINE(icmp6,     ICMP6,     "icmp",    FAMILY_IPV6, PROTOCOL_ICMPV6, icmp6_answer,     &icmp6_tracked,    "Echo Requests")     \
    LINE(tcp6_syn,  TCP6_SYN,  "tcp-syn", FAMILY_IPV6, PROTOCOL_TCP,    tcp6_syn_answer,  &tcp6_syn_tracked, "SYN to a port")     \
    LINE(tcp6_ack,  TCP6_ACK,  "tcp-ack", FAMILY_IPV6, PROTOCOL_TCP,    tcp6_ack_answer,  &tcp6_ack_tracked, "ACK to a port")
/* clang-format on */

/* clang-format off */
enum layout_number {
#define LAYOUT_NUMBER(functions, constants, ...) LAYOUT_##constants,
    LAYOUTS(LAYOUT_NUMBER)
#undef LAYOUT_NUMBER
    LAYOUT_COUNT,
    LAYOUT_NONE = LAYOUT_COUNT, /* for a family that is not probed */
    LAYOUT_USUAL = 0,           /* the default layout */
};
/* clang-format on */

/* For sizes: LAYOUT_LONGEST is the length of the longest probe from its IP header on, LAYOUT_CRAFTED that of
 * the longest crafted part. */
union layout_longest {
#define LAYOUT_MEMBER(functions, constants, ...) uint8_t functions[constants##_LONGEST];
    LAYOUTS(LAYOUT_MEMBER)
#undef LAYOUT_MEMBER
};

union layout_crafted {
#define LAYOUT_MEMBER(functions, constants, ...) uint8_t functions[constants##_CRAFTED];
    LAYOUTS(LAYOUT_MEMBER)
#undef LAYOUT_MEMBER
};

#define LAYOUT_LONGEST ((int)sizeof(union layout_longest))
#define LAYOUT_CRAFTED ((int)sizeof(union layout_crafted))

/* For the filter a probe with either correct tag is PROBE_OURS. This is applied within each case, so that the
 * compiler can skip the second tag if the first one is correct. */
static inline __attribute__((always_inline)) enum probe_origin layout_any_ours(enum probe_origin origin)
{
    return origin >= PROBE_REWRITTEN ? PROBE_OURS : origin;
}

/* For the filter: layout_protocol() returns the IP protocol of a layout. layout_recover() and layout_answer()
 * call its functions, and return PROBE_OURS for PROBE_REWRITTEN, PROBE_UNTIMED and PROBE_CUT, too. Callers pass
 * a constant family, so that each call contains only the layouts of that family. */
static inline __attribute__((always_inline)) uint8_t layout_protocol(enum address_family family,
                                                                     uint32_t number)
{
#define LAYOUT_TERM(functions, constants, name, its_family, protocol, ...)                                   \
    +(family == its_family && number == LAYOUT_##constants) * protocol
    return (uint8_t)(0 LAYOUTS(LAYOUT_TERM));
#undef LAYOUT_TERM
}

static inline __attribute__((always_inline)) enum probe_origin
layout_recover(enum address_family family, uint32_t number, struct siphash_key key, uint16_t port,
               const uint8_t *ip, const uint8_t *transport, const uint8_t *end, struct quoted_probe *out)
{
    switch (number) {
#define LAYOUT_CASE(functions, constants, name, its_family, ...)                                             \
    case LAYOUT_##constants:                                                                                 \
        if (family != its_family)                                                                            \
            break;                                                                                           \
        return layout_any_ours(functions##_recover(key, port, ip, transport, end, out));
        LAYOUTS(LAYOUT_CASE)
#undef LAYOUT_CASE
    }
    return PROBE_FOREIGN;
}

static inline __attribute__((always_inline)) enum probe_origin
layout_answer(enum address_family family, uint32_t number, struct siphash_key key, uint16_t port,
              const uint8_t *ip, const uint8_t *transport, const uint8_t *end, struct quoted_probe *out,
              enum reply_kind *kind)
{
    switch (number) {
#define LAYOUT_CASE(functions, constants, name, its_family, protocol, answer, ...)                           \
    case LAYOUT_##constants:                                                                                 \
        if (family != its_family)                                                                            \
            break;                                                                                           \
        return layout_any_ours(answer(key, port, ip, transport, end, out, kind));
        LAYOUTS(LAYOUT_CASE)
#undef LAYOUT_CASE
    }
    return PROBE_FOREIGN;
}
