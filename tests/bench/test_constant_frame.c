// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench/constant_frame.h"

#include <criterion/criterion.h>
#include <string.h>

#include "addresses.h"
#include "reference.h"

Test(constant_frame, is_a_valid_datagram_of_every_length)
{
    const struct frame_config config = {.layout.layout = layouts,
                                        .source = IPV4(0xc6120002),
                                        .source_mac = {2, 0, 0, 0, 0, 1},
                                        .next_hop_mac = {2, 0, 0, 0, 0, 2},
                                        .vlan = FRAME_NO_VLAN};
    struct frame_template template;

    frame_template_init(&template, &config);
    for (unsigned length = CONSTANT_FRAME_MIN; length <= CONSTANT_FRAME_MAX; length++) {
        uint8_t frame[CONSTANT_FRAME_MAX + 1];

        memset(frame, 0xa5, sizeof(frame));
        constant_frame_make(frame, &template, length);
        cr_assert_eq(frame[length], 0xa5);
        cr_assert_arr_eq(frame, config.next_hop_mac, 6);
        cr_assert_arr_eq(frame + 6, config.source_mac, 6);
        cr_assert_eq(load_be16(frame + 12), ETHERTYPE_IPV4);
        cr_assert_eq(load_be16(frame + 14 + 2), length - 14);
        cr_assert_eq(load_be16(frame + 34 + 4), length - 34);
        cr_assert_eq(load_be32(frame + 14 + 12), 0xc6120002);
        cr_assert_eq(reference_sum(0, frame + 14, 20), 0xffff);
    }
}
