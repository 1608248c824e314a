// SPDX-License-Identifier: GPL-2.0-or-later
/* Bytes by hand from warts(5); what scamper's own tools read stands in tests/e2e/test_warts.py. */
#include <criterion/criterion.h>
#include <string.h>

#include "addresses.h"
#include "output/expect_bytes.h"
#include "output/warts.h"

Test(warts, an_object_has_magic_type_and_length)
{
    struct bytes out = {0};
    size_t start;

    warts_put_u8(&out, 0xaa); /* something before it */
    start = warts_begin(&out, WARTS_CYCLE_STOP);
    warts_put_u32(&out, 1);
    warts_put_u32(&out, 0x01020304);
    warts_put_u8(&out, 0);
    warts_end(&out, start);
    expect_bytes(&out, "\xaa\x12\x05\0\x04\0\0\0\x09\0\0\0\x01\x01\x02\x03\x04\0", 18);
}

Test(warts, no_parameter_is_one_byte)
{
    struct bytes out = {0};
    struct warts_parameters p = {0};

    warts_put_parameters(&out, &p);
    expect_bytes(&out, "\0", 1);
}

Test(warts, flags_are_seven_to_a_byte)
{
    struct bytes out = {0};
    struct warts_parameters p = {0};

    warts_u8(&p, 1, 0x11);
    warts_u16(&p, 8, 0x2233);
    warts_u32(&p, 15, 0x44556677);
    warts_put_parameters(&out, &p);
    /* 1 is bit 0 of the first byte, 8 of the second, 15 of the third. */
    expect_bytes(&out, "\x81\x81\x01\0\x07\x11\x22\x33\x44\x55\x66\x77", 12);
    bytes_free(&p.values);
}

Test(warts, an_address_is_written_once_an_object)
{
    struct bytes out = {0};
    struct warts_parameters p = {0};
    struct warts_addresses addresses = {0};
    const struct address ipv6 = {0x20010db800000000, 1};

    warts_address(&p, 1, IPV4(0x0a000001), &addresses);
    warts_address(&p, 2, ipv6, &addresses);
    warts_address(&p, 3, IPV4(0x0a000001), &addresses);
    warts_address(&p, 4, ipv6, &addresses);
    warts_put_parameters(&out, &p);
    expect_bytes(&out,
                 "\x0f\0\x22\x04\x01\x0a\0\0\x01"
                 "\x10\x02\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01"
                 "\0\0\0\0\0\0\0\0\0\x01",
                 37);
    bytes_free(&p.values);
}

Test(warts, extensions_have_the_length_of_their_data)
{
    static const uint32_t labels[] = {0x04b01001};
    static const uint8_t objects[] = {0, 8, 2, 5, 1, 2, 3, 4, 0, 20, 9, 9, 7}; /* the last one is cut */
    struct bytes out = {0};
    struct warts_parameters p = {0};

    warts_extensions(&p, 1, labels, 1, objects, sizeof(objects));
    warts_put_parameters(&out, &p);
    expect_bytes(
        &out,
        "\x01\0\x17\0\x15\0\x04\x01\x01\x04\xb0\x10\x01\0\x04\x02\x05\x01\x02\x03\x04\0\x01\x09\x09\x07", 26);
    bytes_free(&p.values);
}
