// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A buffer of bytes that grows while they are added. Where memory is short it stays as it is and remembers
 * that: whoever fills it asks once at the end, and not at each step.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
    uint8_t *data;
    size_t length, capacity;
    bool failed; /* something had no room, and is missing */
};

/* bytes_reserve() is room for `size` bytes behind those that are there; NULL when memory is short. bytes_put()
 * and bytes_put_u32() add bytes, and a number as Parquet has it, least significant byte first. */
uint8_t *bytes_reserve(struct bytes *bytes, size_t size);
void bytes_put(struct bytes *bytes, const void *data, size_t size);
void bytes_put_u32(struct bytes *bytes, uint32_t value);

/* bytes_clear() empties it and keeps its memory; bytes_free() gives that back. */
void bytes_clear(struct bytes *bytes);
void bytes_free(struct bytes *bytes);
