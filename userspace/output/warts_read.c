// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/warts_read.h"

#include <string.h>

#include "base/clock.h"
#include "bytes.h"
#include "output/warts_numbers.h"

/* Returns NULL if there are fewer bytes. */
static const uint8_t *pass(struct warts_source *source, size_t size)
{
    const uint8_t *at = source->at;

    if ((size_t)(source->end - at) < size) {
        source->damaged = true;
        source->at = source->end;
        return NULL;
    }
    source->at += size;
    return at;
}

uint8_t warts_take_u8(struct warts_source *source)
{
    const uint8_t *at = pass(source, 1);

    return at ? *at : 0;
}

uint16_t warts_take_u16(struct warts_source *source)
{
    const uint8_t *at = pass(source, sizeof(uint16_t));

    return at ? load_be16(at) : 0;
}

static struct address take_new_address(struct warts_source *source, size_t length)
{
    uint8_t kind = warts_take_u8(source);
    const uint8_t *at = pass(source, length);

    if (at && kind == WARTS_KIND_IPV4 && length == WARTS_IPV4_BYTES)
        return address_of_ipv4(load_be32(at));
    if (at && kind == WARTS_KIND_IPV6 && length == ADDRESS_BYTES)
        return address_load(at);
    return (struct address){0};
}

static struct address take_address(struct warts_source *source, struct warts_addresses *addresses)
{
    size_t length = warts_take_u8(source);

    if (!length) {
        const uint8_t *at = pass(source, sizeof(uint32_t));
        uint32_t index = at ? load_be32(at) : 0;

        if (index < addresses->count)
            return addresses->list[index];
        source->damaged = true;
        return (struct address){0};
    }
    struct address address = take_new_address(source, length);

    if (addresses->count < WARTS_ADDRESSES_MOST)
        addresses->list[addresses->count++] = address;
    return address;
}

static void take_value(struct warts_source *source, int size, struct warts_addresses *addresses,
                       uint16_t before, struct address *address)
{
    const uint8_t *end;

    switch (size) {
    case WARTS_ADDRESS:
        *address = take_address(source, addresses);
        return;
    case WARTS_TEXT:
        end = memchr(source->at, '\0', (size_t)(source->end - source->at));
        pass(source, end ? (size_t)(end - source->at) + 1 : SIZE_MAX);
        return;
    case WARTS_EXTENSIONS:
        pass(source, warts_take_u16(source));
        return;
    case WARTS_PATTERN:
        pass(source, before);
        return;
    default:
        pass(source, (size_t)size);
    }
}

/* Flags are seven to a byte; those beyond 64 belong to later versions. */
static uint64_t take_flags(struct warts_source *source)
{
    uint64_t flags = 0;
    unsigned shift = 0;
    uint8_t byte;

    do {
        byte = warts_take_u8(source);
        if (shift < WARTS_NUMBERS)
            flags |= (uint64_t)(byte & (WARTS_MORE_FLAGS - 1)) << shift;
        shift += WARTS_FLAG_BITS;
    } while (byte & WARTS_MORE_FLAGS);
    return flags;
}

void warts_take_parameters(struct warts_source *source, const signed char *sizes, unsigned count,
                           struct warts_addresses *addresses, struct warts_values *out)
{
    uint64_t flags = take_flags(source);
    size_t length = flags ? warts_take_u16(source) : 0;
    const uint8_t *start = pass(source, length);
    struct warts_source values = {.at = start, .end = start ? start + length : NULL};
    uint16_t before = 0;

    memset(out, 0, sizeof(*out));
    for (unsigned number = 1; start && number <= count && !values.damaged; number++) {
        if (!(flags & 1ULL << (number - 1)))
            continue;
        if (sizes[number] == WARTS_UNKNOWN)
            break;
        out->at[number] = values.at;
        take_value(&values, sizes[number], addresses, before, &out->addresses[number]);
        before = sizes[number] == sizeof(uint16_t) && !values.damaged ? load_be16(out->at[number]) : 0;
    }
    source->damaged |= values.damaged;
}

uint8_t warts_u8_of(const struct warts_values *values, unsigned number, uint8_t usual)
{
    return values->at[number] ? *values->at[number] : usual;
}

uint16_t warts_u16_of(const struct warts_values *values, unsigned number, uint16_t usual)
{
    return values->at[number] ? load_be16(values->at[number]) : usual;
}

uint32_t warts_u32_of(const struct warts_values *values, unsigned number, uint32_t usual)
{
    return values->at[number] ? load_be32(values->at[number]) : usual;
}

uint64_t warts_time_of(const struct warts_values *values, unsigned number, uint64_t usual)
{
    const uint8_t *at = values->at[number];

    return at ? load_be32(at) * US_PER_S + load_be32(at + sizeof(uint32_t)) : usual;
}
