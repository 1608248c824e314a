// SPDX-License-Identifier: GPL-2.0-or-later
#include "packet/interface_info.h"

#include <criterion/criterion.h>
#include <string.h>

#include "addresses.h"
#include "support/guarded.h"
#include "table.h"

/* Index, IPv4 address, name and MTU; the order is that of RFC 5837, section 4.1. */
static const uint8_t whole[] = {
    0x00, 0x20, 0x02, 0x8f,                                              /* outgoing */
    0x00, 0x00, 0x02, 0x0b,                                              /* index 523 */
    0x00, 0x01, 0x00, 0x00, 0xc0, 0x00, 0x02, 0x01,                      /* 192.0.2.1 */
    0x0c, 'x',  'e',  '-',  '0',  '/',  '0',  '/',  '1', ':', '2', 0x00, /* xe-0/0/1:2 */
    0x00, 0x00, 0x23, 0x28,                                              /* MTU 9000 */
};

static struct interface_info read_info(const struct guarded *guarded, const uint8_t *object, size_t length)
{
    struct interface_info info;

    memset(&info, 0xee, sizeof(info));
    interface_info_read(guarded_copy(guarded, object, length), length, &info);
    return info;
}

Test(interface_info, all_that_there_is)
{
    struct guarded guarded = guarded_make();
    struct interface_info info = read_info(&guarded, whole, sizeof(whole));

    cr_expect_eq(info.role, INTERFACE_OUTGOING);
    cr_expect(info.has_index && info.has_address && info.has_mtu);
    cr_expect_eq(info.index, 523);
    cr_expect(address_equal(info.address, IPV4(0xc0000201)));
    cr_assert_eq(info.name_length, 10);
    cr_expect_arr_eq(info.name, "xe-0/0/1:2", 10);
    cr_expect_eq(info.mtu, 9000);
    guarded_free(&guarded);
}

Test(interface_info, roles)
{
    static const uint8_t types[] = {0x00, 0x40, 0x80, 0xc0};
    struct guarded guarded = guarded_make();

    for (size_t i = 0; i < COUNT(types); i++) {
        const uint8_t object[] = {0, 4, 2, types[i]};
        struct interface_info info = read_info(&guarded, object, sizeof(object));

        cr_expect_eq(info.role, i);
        cr_expect_not(info.has_index || info.has_address || info.has_mtu || info.name_length);
    }
    guarded_free(&guarded);
}

Test(interface_info, an_address_of_ipv6)
{
    static const uint8_t object[] = {0, 28, 2, 0x05, 0, 2, 0, 0, 0x20, 0x01, 0x0d, 0xb8, 0,    0,
                                     0, 0,  0, 0,    0, 0, 0, 0, 0,    1,    0,    0,    0x05, 0xdc};
    struct guarded guarded = guarded_make();
    struct interface_info info = read_info(&guarded, object, sizeof(object));

    cr_expect(info.has_address);
    cr_expect(address_equal(info.address, ((struct address){0x20010db800000000, 1})));
    cr_expect(info.has_mtu && info.mtu == 1500);
    guarded_free(&guarded);
}

/* A part counts once all of it is there, and nothing is read beyond. */
Test(interface_info, every_truncation)
{
    struct guarded guarded = guarded_make();

    for (size_t length = 4; length <= sizeof(whole); length++) {
        struct interface_info info = read_info(&guarded, whole, length);

        cr_expect_eq(info.has_index, length >= 8, "%zu bytes", length);
        cr_expect_eq(info.has_address, length >= 16, "%zu bytes", length);
        cr_expect_eq(info.name_length, length >= 28 ? 10 : 0, "%zu bytes", length);
        cr_expect_eq(info.has_mtu, length >= 32, "%zu bytes", length);
    }
    guarded_free(&guarded);
}

/* Behind what has no known length nothing is made out. */
Test(interface_info, broken_parts)
{
    static const struct {
        const char *what;
        uint8_t length, bytes[80];
    } cases[] = {
        {"unknown address family", 16, {0, 16, 2, 0x05, 0, 3, 0, 0, 1, 2, 3, 4, 0, 0, 5, 0xdc}},
        {"a name of no length", 12, {0, 12, 2, 0x03, 0, 'a', 'b', 'c', 0, 0, 5, 0xdc}},
        {"a name beyond the object", 12, {0, 12, 2, 0x03, 9, 'a', 'b', 'c', 0, 0, 5, 0xdc}},
        {"a name of 255 bytes", 12, {0, 12, 2, 0x03, 255, 'a', 'b', 'c', 0, 0, 5, 0xdc}},
        {"a name longer than names are", 80, {0, 80, 2, 0x03, 68, 'a'}},
    };
    struct guarded guarded = guarded_make();

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct interface_info info = read_info(&guarded, cases[i].bytes, cases[i].length);

        cr_expect_not(info.has_address || info.has_mtu, "%s", cases[i].what);
        cr_expect_eq(info.name_length, 0, "%s", cases[i].what);
    }
    guarded_free(&guarded);
}

Test(interface_info, what_is_written_is_what_was_read)
{
    struct guarded guarded = guarded_make();
    struct interface_info info = read_info(&guarded, whole, sizeof(whole));
    uint8_t object[INTERFACE_OBJECT_MAX], again[INTERFACE_OBJECT_MAX];
    size_t length = interface_info_write(&info, object);

    cr_assert_eq(length, sizeof(whole) - 1, "without the zero behind the name");
    struct interface_info back = read_info(&guarded, object, length);
    cr_expect_eq(back.role, info.role);
    cr_expect(address_equal(back.address, info.address));
    cr_expect_eq(back.name_length, info.name_length);
    cr_expect_eq(back.index, info.index);
    cr_expect_eq(back.mtu, info.mtu);
    cr_assert_eq(interface_info_write(&back, again), length);
    cr_expect_arr_eq(again, object, length);
    guarded_free(&guarded);
}

Test(interface_info, the_longest_that_is_written)
{
    static const uint8_t name[INTERFACE_NAME_MAX] = {[0 ... INTERFACE_NAME_MAX - 1] = 'x'};
    const struct interface_info info = {.role = INTERFACE_NEXT_HOP,
                                        .has_index = true,
                                        .has_address = true,
                                        .has_mtu = true,
                                        .address = IPV6(0x20010db800000000, 1),
                                        .name_length = INTERFACE_NAME_MAX,
                                        .name = name};
    uint8_t object[INTERFACE_OBJECT_MAX];

    cr_expect_eq(interface_info_write(&info, object), INTERFACE_OBJECT_MAX);
}
