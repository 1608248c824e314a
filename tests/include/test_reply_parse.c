// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <stdlib.h>

#include "reference.h"
#include "reply_frame.h"
#include "reply_parse.h"
#include "table.h"

/* Parses a copy that ends where the heap's does, so that a sanitizer sees the first byte read beyond. */
static enum reply_class parse_exactly(const uint8_t *frame, unsigned length, struct reply_view *view,
                                      unsigned *quotation_offset)
{
    uint8_t *copy = malloc(length ? length : 1);
    enum reply_class class;

    cr_assert_not_null(copy);
    memcpy(copy, frame, length);
    class = reply_parse_ethernet(copy, copy + length, view);
    if (class == REPLY_ERROR) {
        cr_assert(view->ip >= copy && view->icmp > view->ip && view->quotation == view->icmp + ICMP_HEADER);
        cr_assert_leq(view->quotation + QUOTATION_MIN, copy + length);
        *quotation_offset = (unsigned)(view->quotation - copy);
    }
    free(copy);
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
    {"IPv6", {.ethertype = 0x86dd, .quoted_length = 28}, REPLY_NOT},
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
    for (size_t i = 0; i < COUNT(shapes); i++) {
        uint8_t frame[REPLY_FRAME_MAX];
        unsigned ip_offset, quotation_offset = 0;
        unsigned length = reply_frame_build(&shapes[i].shape, frame, &ip_offset);
        struct reply_view view;
        enum reply_class class = parse_exactly(frame, length, &view, &quotation_offset);

        cr_expect_eq(class, shapes[i].expected, "%s", shapes[i].what);
        if (class == REPLY_ERROR)
            cr_expect_eq(quotation_offset, length - shapes[i].shape.quoted_length, "%s", shapes[i].what);
    }
}

/* What a frame is must follow from where it ends, at every length. */
static enum reply_class expected_when_cut(unsigned length, unsigned ip_offset, unsigned header_bytes)
{
    unsigned icmp_end = ip_offset + header_bytes + ICMP_HEADER;

    if (length < icmp_end)
        return REPLY_NOT;
    return length < icmp_end + QUOTATION_MIN ? REPLY_TRUNCATED : REPLY_ERROR;
}

Test(reply_parse, judges_every_cut_of_a_frame)
{
    for (unsigned tags = 0; tags <= 2; tags++)
        for (uint8_t words = 5; words <= 15; words++) {
            struct reply_shape shape = {.tags = tags, .header_words = words, .quoted_length = 64};
            uint8_t frame[REPLY_FRAME_MAX];
            unsigned ip_offset, offset, whole = reply_frame_build(&shape, frame, &ip_offset);
            struct reply_view view;

            for (unsigned length = 0; length <= whole; length++)
                cr_expect_eq(parse_exactly(frame, length, &view, &offset),
                             expected_when_cut(length, ip_offset, 4U * words), "%u tags, %u words, %u bytes",
                             tags, words, length);
        }
}

Test(reply_parse, reads_no_byte_beyond_random_frames)
{
    uint64_t random = 1;

    for (unsigned round = 0; round < 200000; round++) {
        struct reply_shape shape = {
            .tags = round % 4, .header_words = (uint8_t)(round % 16), .quoted_length = 64};
        uint8_t frame[REPLY_FRAME_MAX];
        unsigned offset, length = reply_frame_build(&shape, frame, NULL);
        struct reply_view view;

        frame[reference_random(&random) % length] = (uint8_t)reference_random(&random);
        frame[reference_random(&random) % length] = (uint8_t)reference_random(&random);
        /* parse_exactly() holds the assertions. */
        parse_exactly(frame, (unsigned)(reference_random(&random) % (length + 1)), &view, &offset);
    }
}
