// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/thrift_read.h"

enum {
    /* Types that are skipped and never read. */
    SKIPPED_I8 = 3,
    SKIPPED_I16 = 4,
    SKIPPED_DOUBLE = 7,
    SKIPPED_SET = 10,
    VARINT_BITS = 63, /* the first bit of the tenth byte is the last of 64 bits */
    LONG_LIST = 15,
};

static void give_up(struct thrift_source *source)
{
    source->damaged = true;
    source->at = source->end;
}

static uint8_t take_byte(struct thrift_source *source)
{
    if (source->at == source->end) {
        give_up(source);
        return 0;
    }
    return *source->at++;
}

uint64_t thrift_unsigned(struct thrift_source *source)
{
    uint64_t value = 0;

    for (unsigned shift = 0; shift <= VARINT_BITS; shift += 7) {
        uint8_t byte = take_byte(source);

        value |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return source->damaged ? 0 : value;
    }
    give_up(source);
    return 0;
}

int64_t thrift_number(struct thrift_source *source)
{
    uint64_t value = thrift_unsigned(source);

    return (int64_t)(value >> 1 ^ (0 - (value & 1)));
}

static void pass(struct thrift_source *source, uint64_t bytes)
{
    if (bytes > (uint64_t)(source->end - source->at))
        give_up(source);
    else
        source->at += bytes;
}

struct span thrift_span(struct thrift_source *source)
{
    uint64_t length = thrift_unsigned(source);
    const char *text = (const char *)source->at;

    pass(source, length);
    return source->damaged ? (struct span){"", 0} : (struct span){text, length};
}

bool thrift_next(struct thrift_source *source, int *field, enum thrift_type *type)
{
    uint8_t head = take_byte(source);
    int step = head >> 4;

    if (!head)
        return false;
    *type = head & 0xf;
    *field = step ? *field + step : (int)thrift_number(source);
    return !source->damaged;
}

size_t thrift_list_length(struct thrift_source *source, enum thrift_type *type)
{
    uint8_t head = take_byte(source);
    uint64_t length = head >> 4;

    *type = head & 0xf;
    if (length == LONG_LIST)
        length = thrift_unsigned(source);
    /* Each value has at least one byte. */
    if (length > (uint64_t)(source->end - source->at))
        give_up(source);
    return source->damaged ? 0 : length;
}

static void skip(struct thrift_source *source, enum thrift_type type, unsigned depth);

static void skip_list(struct thrift_source *source, unsigned depth)
{
    enum thrift_type type;
    size_t length = thrift_list_length(source, &type);

    for (size_t i = 0; i < length && !source->damaged; i++) {
        /* In a list a flag is one byte. */
        if (type == THRIFT_TRUE || type == THRIFT_FALSE)
            pass(source, 1);
        else
            skip(source, type, depth);
    }
}

static void skip_struct(struct thrift_source *source, unsigned depth)
{
    enum thrift_type type;
    int field = 0;

    while (thrift_next(source, &field, &type))
        skip(source, type, depth);
}

/* Nothing that we read is nested deeper than THRIFT_DEPTH. */
// NOLINTNEXTLINE(misc-no-recursion)
static void skip(struct thrift_source *source, enum thrift_type type, unsigned depth)
{
    if (depth == THRIFT_DEPTH) {
        give_up(source);
        return;
    }
    switch ((int)type) {
    case THRIFT_TRUE:
    case THRIFT_FALSE:
        return;
    case SKIPPED_I8:
        pass(source, 1);
        return;
    case SKIPPED_I16:
    case THRIFT_I32:
    case THRIFT_I64:
        thrift_unsigned(source);
        return;
    case SKIPPED_DOUBLE:
        pass(source, sizeof(double));
        return;
    case THRIFT_TEXT:
        thrift_span(source);
        return;
    case THRIFT_LIST:
    case SKIPPED_SET:
        skip_list(source, depth + 1);
        return;
    case THRIFT_STRUCT:
        skip_struct(source, depth + 1);
        return;
    default: /* maps, which Parquet does not use */
        give_up(source);
    }
}

void thrift_skip(struct thrift_source *source, enum thrift_type type)
{
    skip(source, type, 0);
}
