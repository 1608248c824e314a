// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/bytes.h"

#include <stdlib.h>
#include <string.h>

enum {
    FIRST_CAPACITY = 256,
};

static bool grow(struct bytes *bytes, size_t size)
{
    size_t capacity = bytes->capacity ? bytes->capacity : FIRST_CAPACITY;

    while (capacity - bytes->length < size) {
        if (capacity > SIZE_MAX / 2)
            return false;
        capacity *= 2;
    }
    uint8_t *larger = realloc(bytes->data, capacity);

    if (!larger)
        return false;
    bytes->data = larger;
    bytes->capacity = capacity;
    return true;
}

uint8_t *bytes_reserve(struct bytes *bytes, size_t size)
{
    if (!bytes->data || bytes->capacity - bytes->length < size)
        bytes->failed |= bytes->failed || !grow(bytes, size);
    return bytes->failed ? NULL : bytes->data + bytes->length;
}

void bytes_put(struct bytes *bytes, const void *data, size_t size)
{
    uint8_t *room = bytes_reserve(bytes, size);

    if (!room)
        return;
    if (size)
        memcpy(room, data, size);
    bytes->length += size;
}

void bytes_put_u32(struct bytes *bytes, uint32_t value)
{
    const uint8_t data[] = {(uint8_t)value, (uint8_t)(value >> 8), (uint8_t)(value >> 16),
                            (uint8_t)(value >> 24)};

    bytes_put(bytes, data, sizeof(data));
}

void bytes_clear(struct bytes *bytes)
{
    bytes->length = 0;
    bytes->failed = false;
}

void bytes_free(struct bytes *bytes)
{
    free(bytes->data);
    *bytes = (struct bytes){0};
}
