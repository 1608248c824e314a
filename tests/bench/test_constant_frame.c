// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench/constant_frame.h"

#include <criterion/criterion.h>
#include <string.h>

#include "addresses.h"
#include "reference.h"

static struct frame_template template_of(enum layout_number layout, struct address source)
{
    const struct frame_config config = {.layout.layout = &layouts[layout],
                                        .source = source,
                                        .source_mac = {2, 0, 0, 0, 0, 1},
                                        .next_hop_mac = {2, 0, 0, 0, 0, 2},
                                        .vlan = FRAME_NO_VLAN};
    struct frame_template template;

    frame_template_init(&template, &config);
    return template;
}

static void expect_ethernet(const uint8_t *frame, uint16_t type)
{
    static const uint8_t addresses[] = {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1};

    cr_assert_arr_eq(frame, addresses, sizeof(addresses));
    cr_assert_eq(load_be16(frame + 12), type);
}

Test(constant_frame, is_a_valid_datagram_of_every_length)
{
    struct frame_template template = template_of(LAYOUT_UDP4, IPV4(0xc6120002));

    for (unsigned length = CONSTANT_FRAME_MIN; length <= CONSTANT_FRAME_MAX; length++) {
        uint8_t frame[CONSTANT_FRAME_MAX + 1];

        memset(frame, 0xa5, sizeof(frame));
        constant_frame_make(frame, &template, length);
        cr_assert_eq(frame[length], 0xa5);
        expect_ethernet(frame, ETHERTYPE_IPV4);
        cr_assert_eq(load_be16(frame + 14 + 2), length - 14);
        cr_assert_eq(load_be16(frame + 34 + 4), length - 34);
        cr_assert_eq(load_be32(frame + 14 + 12), 0xc6120002);
        cr_assert_eq(reference_sum(0, frame + 14, 20), 0xffff);
    }
}

Test(constant_frame, is_one_of_ipv6_too)
{
    struct frame_template template = template_of(LAYOUT_UDP6, (struct address){0x2001000200000000ULL, 2});

    for (unsigned length = CONSTANT_FRAME_MIN6; length <= CONSTANT_FRAME_MAX; length++) {
        uint8_t frame[CONSTANT_FRAME_MAX + 1], *ip = frame + 14;

        memset(frame, 0xa5, sizeof(frame));
        constant_frame_make(frame, &template, length);
        cr_assert_eq(frame[length], 0xa5);
        expect_ethernet(frame, ETHERTYPE_IPV6);
        cr_assert_eq(ip[0], 0x60);
        cr_assert_eq(load_be16(ip + 4), length - 54);
        cr_assert_eq(ip[6], 17);
        cr_assert_eq(load_be16(ip + 40 + 4), length - 54);
        cr_assert_eq(reference_sum(17 + length - 54, ip + 8, length - 14 - 8), 0xffff);
    }
}
