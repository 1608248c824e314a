// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The table of layouts: one line per protocol and family. Whatever userspace and BPF know of a layout, they
 * know from here. In userspace the line becomes an entry of packet/layout.c; in BPF, which has no pointers to
 * functions, a case of a switch whose value is constant when the program is loaded, so that the verifier
 * leaves the others out. `tracked` is for userspace alone: the other stamp (layout_tracked.h), 0 where there
 * is none.
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
    LAYOUT_NONE = LAYOUT_COUNT, /* of a family that is not probed */
    LAYOUT_USUAL = 0,           /* that of a survey which asks for none */
};
/* clang-format on */

/* For sizes: LAYOUT_LONGEST bytes hold every probe from its IP header on, LAYOUT_CRAFTED what is crafted of
 * it. */
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

/* By whichever tag it is known, a probe of ours is PROBE_OURS to the filter. Said within each case, so that
 * the compiler leaves out the second tag where the first one is right. */
static inline __attribute__((always_inline)) enum probe_origin layout_any_ours(enum probe_origin origin)
{
    return origin >= PROBE_REWRITTEN ? PROBE_OURS : origin;
}

/* For the filter: layout_protocol() is the IP protocol of a layout, layout_recover() and layout_answer() are
 * its functions, but PROBE_OURS stands for PROBE_REWRITTEN, PROBE_UNTIMED and PROBE_CUT too. The family is a
 * constant where they are called, so that each place has the layouts of one family alone. */
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
