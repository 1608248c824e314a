// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/warts.h"

#include <string.h>

#include "output/warts_numbers.h"
#include "protocol.h"

enum {
    LENGTH_AT = 4, /* in the header: behind magic and type */
};

void warts_put_u8(struct bytes *out, uint8_t value)
{
    bytes_put(out, &value, 1);
}

void warts_put_u16(struct bytes *out, uint16_t value)
{
    const uint8_t bytes[] = {(uint8_t)(value >> 8), (uint8_t)value};

    bytes_put(out, bytes, sizeof(bytes));
}

void warts_put_u32(struct bytes *out, uint32_t value)
{
    warts_put_u16(out, (uint16_t)(value >> 16));
    warts_put_u16(out, (uint16_t)value);
}

void warts_put_text(struct bytes *out, const char *text)
{
    bytes_put(out, text, strlen(text) + 1);
}

size_t warts_begin(struct bytes *out, enum warts_type type)
{
    size_t start = out->length;

    warts_put_u16(out, WARTS_MAGIC);
    warts_put_u16(out, (uint16_t)type);
    warts_put_u32(out, 0);
    return start;
}

void warts_end(struct bytes *out, size_t start)
{
    size_t end = out->length;

    if (out->failed)
        return;
    out->length = start + LENGTH_AT;
    warts_put_u32(out, (uint32_t)(end - start - WARTS_HEADER));
    out->length = end;
}

static struct bytes *give(struct warts_parameters *parameters, unsigned number)
{
    parameters->given |= 1ULL << (number - 1);
    return &parameters->values;
}

void warts_u8(struct warts_parameters *parameters, unsigned number, uint8_t value)
{
    warts_put_u8(give(parameters, number), value);
}

void warts_u16(struct warts_parameters *parameters, unsigned number, uint16_t value)
{
    warts_put_u16(give(parameters, number), value);
}

void warts_u32(struct warts_parameters *parameters, unsigned number, uint32_t value)
{
    warts_put_u32(give(parameters, number), value);
}

void warts_time(struct warts_parameters *parameters, unsigned number, uint64_t time_us)
{
    struct bytes *out = give(parameters, number);

    warts_put_u32(out, (uint32_t)(time_us / 1000000));
    warts_put_u32(out, (uint32_t)(time_us % 1000000));
}

void warts_text(struct warts_parameters *parameters, unsigned number, const char *text)
{
    warts_put_text(give(parameters, number), text);
}

static void put_new_address(struct bytes *out, struct address address)
{
    uint8_t bytes[ADDRESS_BYTES];
    bool is_ipv4 = address_is_ipv4(address);
    unsigned length = is_ipv4 ? WARTS_IPV4_BYTES : ADDRESS_BYTES;

    address_store(bytes, address);
    warts_put_u8(out, (uint8_t)length);
    warts_put_u8(out, is_ipv4 ? WARTS_KIND_IPV4 : WARTS_KIND_IPV6);
    bytes_put(out, bytes + ADDRESS_BYTES - length, length);
}

/* A new address is written in full and gets the next number; a known address is written as its number. */
void warts_address(struct warts_parameters *parameters, unsigned number, struct address address,
                   struct warts_addresses *addresses)
{
    struct bytes *out = give(parameters, number);

    for (unsigned i = 0; i < addresses->count; i++)
        if (address_equal(addresses->list[i], address)) {
            warts_put_u8(out, 0);
            warts_put_u32(out, i);
            return;
        }
    put_new_address(out, address);
    if (addresses->count < WARTS_ADDRESSES_MOST)
        addresses->list[addresses->count++] = address;
}

static void put_labels(struct bytes *out, const uint32_t *labels, unsigned count)
{
    warts_put_u16(out, (uint16_t)(count * MPLS_ENTRY));
    warts_put_u8(out, ICMP_OBJECT_MPLS_CLASS);
    warts_put_u8(out, ICMP_OBJECT_MPLS_TYPE);
    for (unsigned i = 0; i < count; i++)
        warts_put_u32(out, labels[i]);
}

/* The last object may be cut: then its remaining bytes are all. */
static void put_objects(struct bytes *out, const uint8_t *objects, size_t length)
{
    while (length >= WARTS_OBJECT_HEADER) {
        size_t size = (size_t)objects[0] << 8 | objects[1];

        if (size < WARTS_OBJECT_HEADER)
            return;
        if (size > length)
            size = length;
        warts_put_u16(out, (uint16_t)(size - WARTS_OBJECT_HEADER));
        bytes_put(out, objects + 2, size - 2);
        objects += size;
        length -= size;
    }
}

void warts_extensions(struct warts_parameters *parameters, unsigned number, const uint32_t *labels,
                      unsigned label_count, const uint8_t *objects, size_t length)
{
    struct bytes *out = give(parameters, number);
    size_t start = out->length;

    warts_put_u16(out, 0);
    if (label_count)
        put_labels(out, labels, label_count);
    put_objects(out, objects, length);
    size_t end = out->length;

    if (out->failed)
        return;
    out->length = start;
    warts_put_u16(out, (uint16_t)(end - start - sizeof(uint16_t)));
    out->length = end;
}

static void put_flags(struct bytes *out, uint64_t given)
{
    do {
        uint8_t flags = given & (WARTS_MORE_FLAGS - 1);

        given >>= WARTS_FLAG_BITS;
        warts_put_u8(out, given ? flags | WARTS_MORE_FLAGS : flags);
    } while (given);
}

void warts_put_parameters(struct bytes *out, struct warts_parameters *parameters)
{
    const struct bytes *values = &parameters->values;

    put_flags(out, parameters->given);
    if (parameters->given) {
        warts_put_u16(out, (uint16_t)values->length);
        bytes_put(out, values->data, values->length);
    }
    out->failed |= values->failed || values->length > WARTS_PARAMETERS_MOST;
    parameters->given = 0;
    bytes_clear(&parameters->values);
}
