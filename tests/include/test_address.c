// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <string.h>

#include "address.h"
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
