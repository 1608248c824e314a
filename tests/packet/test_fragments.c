// SPDX-License-Identifier: GPL-2.0-or-later
#include "packet/fragments.h"

#include <criterion/criterion.h>
#include <string.h>

#include "bytes.h"
#include "ip_header.h"
#include "protocol.h"
#include "reference.h"
#include "table.h"

enum {
    ID = 0x12345678,
};

static const enum address_family families[] = {FAMILY_IPV4, FAMILY_IPV6};

static void fill(enum address_family family, uint8_t *packet, unsigned length)
{
    for (unsigned i = 0; i < length; i++)
        packet[i] = (uint8_t)(i * 7 + i / 256);
    if (family == FAMILY_IPV4) {
        packet[0] = 0x45;
        store_be16(packet + 2, (uint16_t)length);
        store_be16(packet + 6, 0);
    } else {
        packet[0] = 0x60;
        store_be16(packet + 4, (uint16_t)(length - 40));
        packet[6] = 17;
    }
}

/* What a receiver reads of a fragment (RFC 791, section 3.2); returns its place in the data. */
static unsigned read_ipv4(const struct fragment *fragment, const uint8_t *packet, bool *more)
{
    const uint8_t *ip = fragment->header;
    uint16_t place = load_be16(ip + 6);

    cr_expect_eq(fragment->header_size, 20);
    cr_expect_eq(reference_sum(0, ip, 20), 0xffff);
    cr_expect_arr_eq(ip + 4, packet + 4, 2, "identification");
    cr_expect_arr_eq(ip + 8, packet + 8, 2, "TTL and protocol");
    cr_expect_arr_eq(ip + 12, packet + 12, 8, "addresses");
    *more = place & 0x2000;
    return (place & 0x1fff) * 8U;
}

/* RFC 8200, section 4.5. */
static unsigned read_ipv6(const struct fragment *fragment, const uint8_t *packet, bool *more)
{
    const uint8_t *ip = fragment->header;
    uint16_t place = load_be16(ip + 42);

    cr_expect_eq(fragment->header_size, 48);
    cr_expect_arr_eq(ip, packet, 4, "class and flow label");
    cr_expect_arr_eq(ip + 7, packet + 7, 33, "hop limit and addresses");
    cr_expect_eq(ip[6], 44);
    cr_expect_eq(ip[40], packet[6], "next header");
    cr_expect_eq(ip[41], 0);
    cr_expect_eq(place & 6, 0);
    cr_expect_eq(load_be32(ip + 44), ID);
    *more = place & 1;
    return place & 0xfff8;
}

/* Puts the fragments together as a receiver does, and counts them. */
static unsigned put_together(enum address_family family, uint8_t *packet, unsigned length, unsigned mtu,
                             uint8_t *out)
{
    struct fragments fragments = {.packet = packet, .length = length, .mtu = mtu, .identification = ID};
    struct fragment fragment;
    unsigned count = 0, end = ip_header(family);

    memcpy(out, packet, end);
    for (; fragments_next(&fragments, &fragment); count++) {
        bool more;
        unsigned place = (family == FAMILY_IPV4 ? read_ipv4 : read_ipv6)(&fragment, packet, &more);
        unsigned offset = ip_header(family) + place;

        cr_assert_leq(fragment.header_size + fragment.size, mtu);
        cr_expect_eq(ip_length(family, fragment.header), fragment.header_size + fragment.size);
        cr_expect(!more || fragment.size % 8 == 0);
        cr_expect_eq(more, offset + fragment.size != length);
        cr_assert_leq(offset + fragment.size, length);
        memcpy(out + offset, fragment.data, fragment.size);
        end += fragment.size;
    }
    cr_expect_eq(end, length, "no byte twice");
    return count;
}

Test(fragments, make_up_the_packet)
{
    static const struct {
        enum address_family family;
        unsigned length, mtu, count;
    } cases[] = {
        {FAMILY_IPV4, 1501, 1500, 2},   {FAMILY_IPV4, 2980, 1500, 2}, {FAMILY_IPV4, 2981, 1500, 3},
        {FAMILY_IPV4, 3028, 1500, 3},   {FAMILY_IPV4, 400, 300, 2},   {FAMILY_IPV4, 65535, 1500, 45},
        {FAMILY_IPV4, 100, 28, 10},     {FAMILY_IPV4, 101, 68, 2},    {FAMILY_IPV4, 580, 300, 2},
        {FAMILY_IPV4, 581, 300, 3},     {FAMILY_IPV4, 29, 28, 2},     {FAMILY_IPV4, 1503, 1501, 2},
        {FAMILY_IPV6, 1501, 1500, 2},   {FAMILY_IPV6, 2940, 1500, 2}, {FAMILY_IPV6, 2941, 1500, 3},
        {FAMILY_IPV6, 65535, 1280, 54}, {FAMILY_IPV6, 1281, 1280, 2}, {FAMILY_IPV6, 104, 56, 8},
    };
    static uint8_t packet[65535], whole[65535];

    for (size_t i = 0; i < COUNT(cases); i++) {
        fill(cases[i].family, packet, cases[i].length);
        memset(whole, 0, sizeof(whole));
        cr_expect_eq(put_together(cases[i].family, packet, cases[i].length, cases[i].mtu, whole),
                     cases[i].count, "case %zu", i);
        cr_expect_eq(memcmp(whole, packet, cases[i].length), 0, "case %zu", i);
    }
}

Test(fragments, are_counted_as_they_are_made)
{
    static uint8_t packet[2000], whole[2000];

    for (size_t i = 0; i < COUNT(families); i++)
        for (unsigned mtu = fragments_least_mtu(families[i]); mtu < 200; mtu++)
            for (unsigned length = ip_header(families[i]) + 1; length < 600; length++) {
                unsigned count = fragments_count(families[i], length, mtu);

                if (length <= mtu) {
                    cr_assert_eq(count, 1);
                    continue;
                }
                fill(families[i], packet, length);
                cr_assert_eq(put_together(families[i], packet, length, mtu, whole), count, "%u by %u", length,
                             mtu);
            }
}
