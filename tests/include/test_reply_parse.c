// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>

#include "reference.h"
#include "reply_frame.h"
#include "reply_parse.h"
#include "support/guarded.h"
#include "table.h"

static unsigned quoted_header(const struct reply_view *view)
{
    return view->family == FAMILY_IPV4 ? IPV4_HEADER : IPV6_HEADER;
}

/* Parses a copy, of which the first byte read beyond ends the test. */
static enum reply_class parse_exactly(const struct guarded *guarded, const uint8_t *frame, unsigned length,
                                      struct reply_view *view, unsigned *quotation_offset)
{
    const uint8_t *copy = guarded_copy(guarded, frame, length);
    enum reply_class class = reply_parse_ethernet(copy, copy + length, view);

    if (class == REPLY_ERROR) {
        cr_assert(view->ip >= copy && view->icmp > view->ip && view->quotation == view->icmp + ICMP_HEADER);
        cr_assert_geq(view->transport, view->quotation + quoted_header(view));
        cr_assert_leq(view->transport + QUOTED_MIN, copy + length);
        *quotation_offset = (unsigned)(view->quotation - copy);
    }
    return class;
}

static const struct {
    const char *what;
    struct reply_shape shape;
    enum reply_class expected;
} shapes[] = {
    {"Time Exceeded", {.quoted_length = 28}, REPLY_ERROR},
    {"Destination Unreachable", {.icmp_type = 3, .icmp_code = 3, .quoted_length = 28}, REPLY_ERROR},
    {"Parameter Problem", {.icmp_type = 12, .quoted_length = 28}, REPLY_ERROR},
    {"an unknown code", {.icmp_type = 3, .icmp_code = 255, .quoted_length = 28}, REPLY_ERROR},
    {"a long quotation", {.quoted_length = 200}, REPLY_ERROR},
    {"a VLAN tag", {.tags = 1, .quoted_length = 28}, REPLY_ERROR},
    {"two VLAN tags", {.tags = 2, .quoted_length = 28}, REPLY_ERROR},
    {"three VLAN tags", {.tags = 3, .quoted_length = 28}, REPLY_NOT},
    {"one word of options", {.header_words = 6, .quoted_length = 28}, REPLY_ERROR},
    {"all words of options", {.header_words = 15, .quoted_length = 28}, REPLY_ERROR},
    {"options behind two tags", {.tags = 2, .header_words = 15, .quoted_length = 28}, REPLY_ERROR},
    {"a header of four words", {.header_words = 4, .quoted_length = 28}, REPLY_NOT},
    {"a header of one word", {.header_words = 1, .quoted_length = 28}, REPLY_NOT},
    {"version 6 in an IPv4 frame", {.version = 6, .quoted_length = 28}, REPLY_NOT},
    {"IPv6's EtherType", {.ethertype = 0x86dd, .quoted_length = 28}, REPLY_NOT},
    {"ARP", {.ethertype = 0x0806, .quoted_length = 28}, REPLY_NOT},
    {"TCP", {.protocol = 6, .quoted_length = 28}, REPLY_NOT},
    {"UDP", {.protocol = 17, .quoted_length = 28}, REPLY_NOT},
    {"a first fragment", {.fragment = 0x2000, .quoted_length = 28}, REPLY_ERROR},
    {"DF", {.fragment = 0x4000, .quoted_length = 28}, REPLY_ERROR},
    {"a later fragment", {.fragment = 0x2001, .quoted_length = 28}, REPLY_NOT},
    {"a far one", {.fragment = 0x1000, .quoted_length = 28}, REPLY_NOT},
    {"the last fragment", {.fragment = 0x1fff, .quoted_length = 28}, REPLY_NOT},
    {"an echo request", {.icmp_type = 8, .quoted_length = 28}, REPLY_NOT},
    {"a redirect", {.icmp_type = 5, .quoted_length = 28}, REPLY_NOT},
    {"Source Quench", {.icmp_type = 4, .quoted_length = 28}, REPLY_NOT},
    {"no quotation", {.quoted_length = 0}, REPLY_TRUNCATED},
    {"a quotation one byte short", {.quoted_length = 27}, REPLY_TRUNCATED},
    {"a short one behind options", {.header_words = 15, .quoted_length = 27}, REPLY_TRUNCATED},
};

Test(reply_parse, judges_every_shape)
{
    struct guarded guarded = guarded_make();

    for (size_t i = 0; i < COUNT(shapes); i++) {
        uint8_t frame[REPLY_FRAME_MAX];
        unsigned ip_offset, quotation_offset = 0;
        unsigned length = reply_frame_build(&shapes[i].shape, frame, &ip_offset);
        struct reply_view view;
        enum reply_class class = parse_exactly(&guarded, frame, length, &view, &quotation_offset);

        cr_expect_eq(class, shapes[i].expected, "%s", shapes[i].what);
        if (class == REPLY_ERROR)
            cr_expect_eq(quotation_offset, length - shapes[i].shape.quoted_length, "%s", shapes[i].what);
    }
    guarded_free(&guarded);
}

/* A UDP datagram of ten bytes, from 2001:db8::2 to 2001:db8::3. */
static const uint8_t datagram[IPV6_HEADER + UDP_HEADER + 10] = {0x60,
                                                                0,
                                                                0,
                                                                0,
                                                                0,
                                                                UDP_HEADER + 10,
                                                                PROTOCOL_UDP,
                                                                1,
                                                                0x20,
                                                                1,
                                                                0x0d,
                                                                0xb8,
                                                                0,
                                                                0,
                                                                0,
                                                                0,
                                                                0,
                                                                0,
                                                                0,
                                                                0,
                                                                0,
                                                                0,
                                                                0,
                                                                2,
                                                                0x20,
                                                                1,
                                                                0x0d,
                                                                0xb8,
                                                                0,
                                                                0,
                                                                0,
                                                                0,
                                                                0,
                                                                0,
                                                                0,
                                                                0,
                                                                0,
                                                                0,
                                                                0,
                                                                3};

#define QUOTING .family = FAMILY_IPV6, .quotation = datagram
#define WHOLE   QUOTING, .quoted_length = sizeof(datagram)

static const struct {
    const char *what;
    struct reply_shape shape;
    enum reply_class expected;
    uint8_t protocol; /* quoted */
} ipv6_shapes[] = {
    {"Time Exceeded", {WHOLE}, REPLY_ERROR, PROTOCOL_UDP},
    {"Destination Unreachable", {WHOLE, .icmp_type = 1}, REPLY_ERROR, PROTOCOL_UDP},
    {"an unknown code", {WHOLE, .icmp_type = 1, .icmp_code = 255}, REPLY_ERROR, PROTOCOL_UDP},
    {"Packet Too Big", {WHOLE, .icmp_type = 2}, REPLY_ERROR, PROTOCOL_UDP},
    {"Parameter Problem", {WHOLE, .icmp_type = 4}, REPLY_ERROR, PROTOCOL_UDP},
    {"an unassigned error", {WHOLE, .icmp_type = 5}, REPLY_NOT, 0},
    {"a private error", {WHOLE, .icmp_type = 100}, REPLY_NOT, 0},
    {"an Echo Request", {WHOLE, .icmp_type = 128}, REPLY_NOT, 0},
    {"a router's advertisement", {WHOLE, .icmp_type = 134}, REPLY_NOT, 0},
    {"a neighbour's advertisement", {WHOLE, .icmp_type = 136}, REPLY_NOT, 0},
    {"a VLAN tag", {WHOLE, .tags = 1}, REPLY_ERROR, PROTOCOL_UDP},
    {"two VLAN tags", {WHOLE, .tags = 2}, REPLY_ERROR, PROTOCOL_UDP},
    {"three VLAN tags", {WHOLE, .tags = 3}, REPLY_NOT, 0},
    {"IPv4's EtherType", {WHOLE, .ethertype = 0x0800}, REPLY_NOT, 0},
    {"version 4", {WHOLE, .version = 4}, REPLY_NOT, 0},
    {"ICMP for IPv4", {WHOLE, .protocol = PROTOCOL_ICMP}, REPLY_NOT, 0},
    {"UDP", {WHOLE, .protocol = PROTOCOL_UDP}, REPLY_NOT, 0},
    {"no next header", {WHOLE, .protocol = EXTENSION_NONE}, REPLY_NOT, 0},
    {"encrypted", {WHOLE, .protocol = 50}, REPLY_NOT, 0},
    {"hop-by-hop options", {WHOLE, .chain = "h"}, REPLY_ERROR, PROTOCOL_UDP},
    {"a routing header", {WHOLE, .chain = "r"}, REPLY_ERROR, PROTOCOL_UDP},
    {"destination options", {WHOLE, .chain = "d"}, REPLY_ERROR, PROTOCOL_UDP},
    {"many of them", {WHOLE, .chain = "D"}, REPLY_ERROR, PROTOCOL_UDP},
    {"all, in the usual order", {WHOLE, .chain = "hdrfd"}, REPLY_ERROR, PROTOCOL_UDP},
    {"all, in another order", {WHOLE, .chain = "dfrhd"}, REPLY_ERROR, PROTOCOL_UDP},
    {"as many as are walked", {WHOLE, .chain = "dddddddd"}, REPLY_ERROR, PROTOCOL_UDP},
    {"one more", {WHOLE, .chain = "ddddddddd"}, REPLY_NOT, 0},
    {"more bytes than an error has", {WHOLE, .chain = "DD"}, REPLY_NOT, 0},
    {"a fragment that is all", {WHOLE, .chain = "f"}, REPLY_ERROR, PROTOCOL_UDP},
    {"a first fragment", {WHOLE, .chain = "m"}, REPLY_ERROR, PROTOCOL_UDP},
    {"a later fragment", {WHOLE, .chain = "l"}, REPLY_NOT, 0},
    {"a later fragment behind options", {WHOLE, .chain = "hl"}, REPLY_NOT, 0},
    {"options put into the quotation", {WHOLE, .quoted_chain = "h"}, REPLY_ERROR, PROTOCOL_UDP},
    {"all put into it", {WHOLE, .chain = "hr", .quoted_chain = "hdrfd"}, REPLY_ERROR, PROTOCOL_UDP},
    {"too many put into it", {WHOLE, .quoted_chain = "ddddddddd"}, REPLY_ERROR, EXTENSION_DESTINATION},
    {"a quoted fragment", {WHOLE, .quoted_chain = "m"}, REPLY_ERROR, PROTOCOL_UDP},
    {"a quoted later fragment", {WHOLE, .quoted_chain = "l"}, REPLY_ERROR, EXTENSION_FRAGMENT},
    {"eight bytes behind the header", {QUOTING, .quoted_length = 48}, REPLY_ERROR, PROTOCOL_UDP},
    {"seven", {QUOTING, .quoted_length = 47}, REPLY_TRUNCATED, 0},
    {"eight behind options", {QUOTING, .quoted_chain = "hD", .quoted_length = 48}, REPLY_ERROR, PROTOCOL_UDP},
    {"seven behind options", {QUOTING, .quoted_chain = "hD", .quoted_length = 47}, REPLY_TRUNCATED, 0},
    {"no quotation", {QUOTING, .quoted_length = 0}, REPLY_TRUNCATED, 0},
};

Test(reply_parse, judges_every_shape_of_ipv6)
{
    struct guarded guarded = guarded_make();

    for (size_t i = 0; i < COUNT(ipv6_shapes); i++) {
        const struct reply_shape *shape = &ipv6_shapes[i].shape;
        uint8_t frame[REPLY_FRAME_MAX];
        unsigned ip_offset, quotation_offset = 0, length = reply_frame_build(shape, frame, &ip_offset);
        struct reply_view view;
        enum reply_class class = parse_exactly(&guarded, frame, length, &view, &quotation_offset);

        cr_expect_eq(class, ipv6_shapes[i].expected, "%s: %d", ipv6_shapes[i].what, class);
        if (class != REPLY_ERROR)
            continue;
        cr_expect_eq(view.family, FAMILY_IPV6);
        cr_expect_eq(view.protocol, ipv6_shapes[i].protocol, "%s: %u", ipv6_shapes[i].what, view.protocol);
        cr_expect_eq(view.fragment, shape->chain && strchr(shape->chain, 'm'), "%s", ipv6_shapes[i].what);
        cr_expect_eq(quotation_offset, ip_offset + IPV6_HEADER + extension_chain_length(shape->chain) + 8);
    }
    guarded_free(&guarded);
}

/* Where the transport header is, by the bytes of its own: a chain is walked to its end, and not beyond. */
Test(reply_parse, finds_what_extension_headers_carry)
{
    static const char *const chains[] = {NULL, "h", "r", "d", "f", "m", "hr", "hdrfd", "Dhd", "dddddddd"};
    uint8_t quotation[sizeof(datagram)], frame[2 * REPLY_FRAME_MAX];

    memcpy(quotation, datagram, sizeof(datagram));
    memset(quotation + IPV6_HEADER, 0xa5, QUOTED_MIN);
    for (size_t i = 0; i < COUNT(chains); i++) {
        const struct reply_shape shape = {.family = FAMILY_IPV6,
                                          .quoted_chain = chains[i],
                                          .quotation = quotation,
                                          .quoted_length = sizeof(quotation)};
        struct reply_view view;
        unsigned length = reply_frame_build(&shape, frame, NULL);

        cr_assert_eq(reply_parse_ethernet(frame, frame + length, &view), REPLY_ERROR);
        cr_expect_eq(view.transport, frame + length - (sizeof(datagram) - IPV6_HEADER), "%s", chains[i]);
        cr_expect_arr_eq(view.transport, quotation + IPV6_HEADER, QUOTED_MIN);
    }
}

/* What a frame is must follow from where it ends, at every length. */
static enum reply_class expected_when_cut(unsigned length, unsigned icmp_at, unsigned quoted_at_least)
{
    if (length < icmp_at + ICMP_HEADER)
        return REPLY_NOT;
    return length < icmp_at + ICMP_HEADER + quoted_at_least ? REPLY_TRUNCATED : REPLY_ERROR;
}

Test(reply_parse, judges_every_cut_of_a_frame)
{
    struct guarded guarded = guarded_make();

    for (unsigned tags = 0; tags <= 2; tags++)
        for (uint8_t words = 5; words <= 15; words++) {
            struct reply_shape shape = {.tags = tags, .header_words = words, .quoted_length = 64};
            uint8_t frame[REPLY_FRAME_MAX];
            unsigned ip_offset, offset, whole = reply_frame_build(&shape, frame, &ip_offset);
            struct reply_view view;

            for (unsigned length = 0; length <= whole; length++)
                cr_expect_eq(parse_exactly(&guarded, frame, length, &view, &offset),
                             expected_when_cut(length, ip_offset + 4U * words, QUOTATION_MIN),
                             "%u tags, %u words, %u bytes", tags, words, length);
        }
    guarded_free(&guarded);
}

Test(reply_parse, judges_every_cut_of_a_frame_of_ipv6)
{
    struct guarded guarded = guarded_make();
    static const char *const chains[] = {NULL, "h", "f", "hdrfd", "dddddddd"};

    for (size_t i = 0; i < COUNT(chains); i++)
        for (size_t j = 0; j < COUNT(chains); j++) {
            struct reply_shape shape = {WHOLE, .chain = chains[i], .quoted_chain = chains[j]};
            uint8_t frame[REPLY_FRAME_MAX];
            unsigned ip_offset, offset, whole = reply_frame_build(&shape, frame, &ip_offset);
            unsigned icmp_at = ip_offset + IPV6_HEADER + extension_chain_length(chains[i]);
            struct reply_view view;

            for (unsigned length = 0; length <= whole; length++)
                cr_expect_eq(
                    parse_exactly(&guarded, frame, length, &view, &offset),
                    expected_when_cut(length, icmp_at, QUOTATION6_MIN + extension_chain_length(chains[j])),
                    "%s, %s, %u bytes", chains[i], chains[j], length);
        }
    guarded_free(&guarded);
}

static struct reply_shape random_shape(unsigned round)
{
    static const char *const chains[] = {NULL, "h", "rf", "hdrm", "ddddddd"};
    struct reply_shape ipv4 = {.tags = round % 4, .header_words = (uint8_t)(round % 16), .quoted_length = 64};
    struct reply_shape ipv6 = {WHOLE, .tags = round % 4, .chain = chains[round % 5],
                               .quoted_chain = chains[round / 5 % 5]};

    return round % 2 ? ipv6 : ipv4;
}

Test(reply_parse, reads_no_byte_beyond_random_frames)
{
    struct guarded guarded = guarded_make();
    uint64_t random = 1;

    for (unsigned round = 0; round < 400000; round++) {
        struct reply_shape shape = random_shape(round);
        uint8_t frame[REPLY_FRAME_MAX];
        unsigned offset, length = reply_frame_build(&shape, frame, NULL);
        struct reply_view view;

        frame[reference_random(&random) % length] = (uint8_t)reference_random(&random);
        frame[reference_random(&random) % length] = (uint8_t)reference_random(&random);
        /* parse_exactly() holds the assertions. */
        parse_exactly(&guarded, frame, (unsigned)(reference_random(&random) % (length + 1)), &view, &offset);
    }
    guarded_free(&guarded);
}
