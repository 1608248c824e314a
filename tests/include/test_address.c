// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <string.h>

#include "addresses.h"
#include "reference.h"

static int sign(int number)
{
    return (number > 0) - (number < 0);
}

/* Half of them are IPv4, and many are alike. */
static struct address any_address(uint64_t *random)
{
    uint64_t high = reference_random(random) % 3, low = reference_random(random);

    return low & 1 ? address_of_ipv4((uint32_t)(low >> 32) & 3) : (struct address){high << 62, low & 6};
}

Test(address, ipv4_goes_in_and_out)
{
    static const uint32_t ipv4[] = {0, 1, 0x7f000001, 0x80000000, UINT32_MAX};

    for (size_t i = 0; i < sizeof(ipv4) / sizeof(ipv4[0]); i++) {
        struct address address = address_of_ipv4(ipv4[i]);

        cr_expect(address_is_ipv4(address));
        cr_expect_eq(address_family(address), FAMILY_IPV4);
        cr_expect_eq(address_ipv4(address), ipv4[i]);
    }
    cr_expect_eq(address_family((struct address){0, 0}), FAMILY_IPV6);
    cr_expect_eq(address_family((struct address){0, 1ULL << 48 | ADDRESS_IPV4_PREFIX}), FAMILY_IPV6);
    cr_expect_eq(address_family((struct address){1, ADDRESS_IPV4_PREFIX}), FAMILY_IPV6);
}

Test(address, is_compared_as_its_bytes_are)
{
    uint64_t random = 1;

    for (unsigned round = 0; round < 10000; round++) {
        struct address a = any_address(&random), b = any_address(&random);
        uint8_t bytes_a[ADDRESS_BYTES], bytes_b[ADDRESS_BYTES];

        address_store(bytes_a, a);
        address_store(bytes_b, b);
        cr_assert_eq(sign(address_compare(a, b)), sign(memcmp(bytes_a, bytes_b, ADDRESS_BYTES)));
        cr_assert_eq(address_equal(a, b), memcmp(bytes_a, bytes_b, ADDRESS_BYTES) == 0);
        cr_assert(address_equal(address_load(bytes_a), a));
    }
}

Test(address, every_bit_and_the_secret_move_the_hash)
{
    struct address zero = {0, 0};

    cr_expect_neq(address_hash(zero, 1), address_hash(zero, 2));
    for (unsigned bit = 0; bit < 64; bit++) {
        cr_expect_neq(address_hash((struct address){1ULL << bit, 0}, 1), address_hash(zero, 1));
        cr_expect_neq(address_hash((struct address){0, 1ULL << bit}, 1), address_hash(zero, 1));
        cr_expect_neq(address_hash((struct address){0, 1ULL << bit}, 1),
                      address_hash((struct address){1ULL << bit, 0}, 1));
    }
}

Test(address, none_is_no_other)
{
    cr_expect(address_is_none(ADDRESS_NONE));
    cr_expect_not(address_is_none(IPV4(0)));
    cr_expect_not(address_is_none((struct address){0, 1}));
    cr_expect_not(address_is_none((struct address){1, 0}));
}

Test(address, prefixes_begin_and_end)
{
    static const struct {
        struct address address;
        unsigned length;
        struct address first, last;
    } cases[] = {
        {IPV4(0xc0000207), 32, IPV4(0xc0000207), IPV4(0xc0000207)},
        {IPV4(0xc0000207), 24, IPV4(0xc0000200), IPV4(0xc00002ff)},
        {IPV4(0xc0000207), 1, IPV4(0x80000000), IPV4(0xffffffff)},
        {IPV4(0xc0000207), 0, IPV4(0), IPV4(0xffffffff)},
        {{0x20010db800000000, 7}, 128, {0x20010db800000000, 7}, {0x20010db800000000, 7}},
        {{0x20010db800000000, 7}, 127, {0x20010db800000000, 6}, {0x20010db800000000, 7}},
        {{0x20010db800000001, 7}, 64, {0x20010db800000001, 0}, {0x20010db800000001, UINT64_MAX}},
        {{0x20010db800000001, 7}, 63, {0x20010db800000000, 0}, {0x20010db800000001, UINT64_MAX}},
        {{0x20010db800000001, 7}, 65, {0x20010db800000001, 0}, {0x20010db800000001, UINT64_MAX >> 1}},
        {{0x20010db800000001, 7}, 0, {0, 0}, {UINT64_MAX, UINT64_MAX}},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct address address = cases[i].address, first = cases[i].first, last = cases[i].last;
        unsigned length = cases[i].length;

        cr_expect(address_equal(address_first(address, length), first), "%zu", i);
        cr_expect(address_equal(address_last(address, length), last), "%zu", i);
        cr_expect(address_under(address, first, length) && address_under(last, first, length), "%zu", i);
        cr_expect_eq(address_under(address_next(last), first, length), i == 9, "%zu", i);
    }
    cr_expect_not(address_under((struct address){1, 0}, IPV4(0), 0), "IPv4 holds no IPv6");
}

Test(address, next_goes_over_the_halves)
{
    cr_expect(address_equal(address_next(IPV4(0xc00002ff)), IPV4(0xc0000300)));
    cr_expect(address_equal(address_next((struct address){6, UINT64_MAX}), (struct address){7, 0}));
}
