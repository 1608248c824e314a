// SPDX-License-Identifier: GPL-2.0-or-later
/* The expected bytes are made by hand from thrift-compact-protocol.md. */
#include <criterion/criterion.h>
#include <string.h>

#include "output/expect_bytes.h"
#include "output/thrift_read.h"

Test(thrift, fields_are_steps_and_zigzag)
{
    struct bytes bytes = {0};
    struct thrift thrift = thrift_begin(&bytes);

    thrift_i32(&thrift, 1, 1);
    thrift_i64(&thrift, 3, -1);
    thrift_flag(&thrift, 4, true);
    thrift_text(&thrift, 20, "ab");
    thrift_end(&thrift);
    /* The step to 20 is 16: too long for four bits, so the number stands behind the type. */
    expect_bytes(&bytes,
                 "\x15\x02\x26\x01\x11\x08\x28\x02"
                 "ab\0",
                 11);
}

Test(thrift, structs_count_their_own_fields)
{
    struct bytes bytes = {0};
    struct thrift thrift = thrift_begin(&bytes);

    thrift_struct(&thrift, 2);
    thrift_i32(&thrift, 1, 300);
    thrift_end(&thrift);
    thrift_i32(&thrift, 3, 0);
    thrift_end(&thrift);
    expect_bytes(&bytes, "\x2c\x15\xd8\x04\x00\x15\x00\x00", 8);
}

Test(thrift, lists_have_their_length_in_front)
{
    struct bytes bytes = {0};
    struct thrift thrift = thrift_begin(&bytes);

    thrift_list(&thrift, 1, THRIFT_I32, 2);
    thrift_value(&thrift, 0);
    thrift_value(&thrift, 3);
    thrift_list(&thrift, 2, THRIFT_STRUCT, 15);
    expect_bytes(&bytes, "\x19\x25\x00\x06\x19\xfc\x0f", 7);
}

static void write_all_kinds(struct bytes *bytes)
{
    struct thrift thrift = thrift_begin(bytes);

    thrift_flag(&thrift, 1, false);
    thrift_list(&thrift, 2, THRIFT_STRUCT, 1);
    thrift_element(&thrift);
    thrift_text(&thrift, 1, "inner");
    thrift_end(&thrift);
    thrift_list(&thrift, 3, THRIFT_TEXT, 1);
    thrift_text_value(&thrift, "text");
    thrift_i64(&thrift, 4, INT64_MIN);
    thrift_text(&thrift, 5, "end");
    thrift_end(&thrift);
}

Test(thrift, what_is_not_needed_is_skipped)
{
    struct bytes bytes = {0};
    int field = 0, fields = 0;
    enum thrift_type type;

    write_all_kinds(&bytes);
    struct thrift_source source = {.at = bytes.data, .end = bytes.data + bytes.length};

    for (; thrift_next(&source, &field, &type); fields++)
        if (field == 4)
            cr_expect_eq(thrift_number(&source), INT64_MIN);
        else
            thrift_skip(&source, type);
    cr_expect_eq(fields, 5);
    cr_expect_not(source.damaged);
    cr_expect_eq(source.at, source.end);
    bytes_free(&bytes);
}

Test(thrift, what_is_cut_off_is_damaged)
{
    struct bytes bytes = {0};
    enum thrift_type type;

    write_all_kinds(&bytes);
    for (size_t length = 0; length < bytes.length; length++) {
        struct thrift_source source = {.at = bytes.data, .end = bytes.data + length};
        int field = 0;

        while (thrift_next(&source, &field, &type))
            thrift_skip(&source, type);
        cr_expect(source.damaged, "%zu", length);
    }
    bytes_free(&bytes);
}

Test(thrift, depth_and_numbers_are_bounded)
{
    uint8_t deep[64], endless[32];
    int field = 0;
    enum thrift_type type;

    memset(deep, 0x1c, sizeof(deep)); /* a struct in a struct in … */
    memset(endless, 0xff, sizeof(endless));
    struct thrift_source source = {.at = deep, .end = deep + sizeof(deep)};

    cr_assert(thrift_next(&source, &field, &type));
    thrift_skip(&source, type);
    cr_expect(source.damaged);
    source = (struct thrift_source){.at = endless, .end = endless + sizeof(endless)};
    cr_expect_eq(thrift_unsigned(&source), 0);
    cr_expect(source.damaged);
}
