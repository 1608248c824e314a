// SPDX-License-Identifier: GPL-2.0-or-later
#include "packet/fragments.h"

#include <criterion/criterion.h>
#include <string.h>

#include "bytes.h"
#include "protocol.h"
#include "reference.h"
#include "table.h"

static void fill(uint8_t *packet, unsigned length)
{
    for (unsigned i = 0; i < length; i++)
        packet[i] = (uint8_t)(i * 7 + i / 256);
    packet[0] = 0x45;
    store_be16(packet + 2, (uint16_t)length);
    store_be16(packet + 6, 0);
}

/* Puts the fragments together as a receiver does (RFC 791, section 3.2), and counts them. */
static unsigned put_together(uint8_t *packet, unsigned length, unsigned mtu, uint8_t *out)
{
    struct fragments fragments = {.packet = packet, .length = length, .mtu = mtu};
    struct fragment fragment;
    unsigned count = 0, end = 0;

    memcpy(out, packet, FRAGMENT_HEADER);
    for (; fragments_next(&fragments, &fragment); count++) {
        uint16_t flags = load_be16(fragment.header + 6);
        unsigned offset = FRAGMENT_HEADER + (flags & IPV4_FRAGMENT_OFFSET) * 8U;

        cr_assert_leq(FRAGMENT_HEADER + fragment.size, mtu);
        cr_expect_eq(load_be16(fragment.header + 2), FRAGMENT_HEADER + fragment.size);
        cr_expect_eq(reference_sum(0, fragment.header, FRAGMENT_HEADER), 0xffff);
        cr_expect_arr_eq(fragment.header + 4, packet + 4, 2, "identification");
        cr_expect_arr_eq(fragment.header + 8, packet + 8, 2, "TTL and protocol");
        cr_expect_arr_eq(fragment.header + 12, packet + 12, 8, "addresses");
        cr_expect_eq((flags & IPV4_MORE_FRAGMENTS) == 0, offset + fragment.size == length);
        cr_assert_leq(offset + fragment.size, length);
        memcpy(out + offset, fragment.data, fragment.size);
        end += fragment.size;
    }
    cr_expect_eq(end, length - FRAGMENT_HEADER, "no byte twice");
    return count;
}

Test(fragments, make_up_the_packet)
{
    static const struct {
        unsigned length, mtu, count;
    } cases[] = {
        {84, 1500, 1},   {1500, 1500, 1},   {1501, 1500, 2}, {2980, 1500, 2},   {2981, 1500, 3},
        {3028, 1500, 3}, {65535, 1500, 45}, {400, 300, 2},   {100, 28, 10},     {101, 68, 2},
        {580, 300, 2},   {581, 300, 3},     {84, 65535, 1},  {65535, 65535, 1}, {29, 28, 2},
        {21, 28, 1},     {1503, 1501, 2},
    };
    static uint8_t packet[65535], whole[65535];

    for (size_t i = 0; i < COUNT(cases); i++) {
        fill(packet, cases[i].length);
        memset(whole, 0, sizeof(whole));
        cr_expect_eq(put_together(packet, cases[i].length, cases[i].mtu, whole), cases[i].count, "case %zu",
                     i);
        cr_expect_eq(memcmp(whole, packet, cases[i].length), 0, "case %zu", i);
    }
}

Test(fragments, are_counted_as_they_are_made)
{
    static uint8_t packet[2000], whole[2000];

    for (unsigned mtu = SMALLEST_MTU_TO_CUT; mtu < 200; mtu++)
        for (unsigned length = FRAGMENT_HEADER + 1; length < 600; length++) {
            fill(packet, length);
            cr_assert_eq(put_together(packet, length, mtu, whole), fragments_count(length, mtu), "%u by %u",
                         length, mtu);
        }
}
