// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/thrift.h"

#include <string.h>

enum {
    LONG_LIST = 15, /* with as many values or more, their number follows the first byte */
    LONG_STEP = 15, /* likewise for larger steps between fields */
};

void thrift_varint(struct bytes *out, uint64_t value)
{
    uint8_t *room = bytes_reserve(out, 10);
    size_t length = 0;

    if (!room)
        return;
    for (; value >= 0x80; value >>= 7)
        room[length++] = (uint8_t)(value | 0x80);
    room[length++] = (uint8_t)value;
    out->length += length;
}

static void put_byte(struct bytes *out, unsigned value)
{
    const uint8_t byte = (uint8_t)value;

    bytes_put(out, &byte, 1);
}

static void put_zigzag(struct bytes *out, int64_t value)
{
    uint64_t doubled = (uint64_t)value << 1;

    thrift_varint(out, value < 0 ? ~doubled : doubled);
}

static void put_text(struct bytes *out, const char *text)
{
    size_t length = strlen(text);

    thrift_varint(out, length);
    bytes_put(out, text, length);
}

static void put_field(struct thrift *thrift, int field, enum thrift_type type)
{
    int step = field - thrift->last[thrift->depth];

    if (step > 0 && step <= LONG_STEP) {
        put_byte(thrift->out, (unsigned)step << 4 | type);
    } else {
        put_byte(thrift->out, type);
        put_zigzag(thrift->out, field);
    }
    thrift->last[thrift->depth] = field;
}

struct thrift thrift_begin(struct bytes *out)
{
    return (struct thrift){.out = out};
}

void thrift_element(struct thrift *thrift)
{
    thrift->last[++thrift->depth] = 0;
}

void thrift_struct(struct thrift *thrift, int field)
{
    put_field(thrift, field, THRIFT_STRUCT);
    thrift_element(thrift);
}

void thrift_end(struct thrift *thrift)
{
    put_byte(thrift->out, 0);
    if (thrift->depth)
        thrift->depth--;
}

void thrift_i32(struct thrift *thrift, int field, int32_t value)
{
    put_field(thrift, field, THRIFT_I32);
    put_zigzag(thrift->out, value);
}

void thrift_i64(struct thrift *thrift, int field, int64_t value)
{
    put_field(thrift, field, THRIFT_I64);
    put_zigzag(thrift->out, value);
}

void thrift_flag(struct thrift *thrift, int field, bool value)
{
    put_field(thrift, field, value ? THRIFT_TRUE : THRIFT_FALSE);
}

void thrift_text(struct thrift *thrift, int field, const char *text)
{
    put_field(thrift, field, THRIFT_TEXT);
    put_text(thrift->out, text);
}

void thrift_list(struct thrift *thrift, int field, enum thrift_type type, size_t count)
{
    put_field(thrift, field, THRIFT_LIST);
    if (count < LONG_LIST) {
        put_byte(thrift->out, (unsigned)count << 4 | type);
        return;
    }
    put_byte(thrift->out, (unsigned)LONG_LIST << 4 | type);
    thrift_varint(thrift->out, count);
}

void thrift_value(struct thrift *thrift, int64_t value)
{
    put_zigzag(thrift->out, value);
}

void thrift_text_value(struct thrift *thrift, const char *text)
{
    put_text(thrift->out, text);
}
