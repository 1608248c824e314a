// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A growing buffer of bytes. If memory is short, it stays as it is and sets `failed`: so its user checks once
 * at the end, and not at each step.
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

/* bytes_reserve() returns room for `size` bytes behind the existing ones; NULL when memory is short.
 * bytes_put() adds bytes, bytes_put_u32() a number as in Parquet, least significant byte first. */
uint8_t *bytes_reserve(struct bytes *bytes, size_t size);
void bytes_put(struct bytes *bytes, const void *data, size_t size);
void bytes_put_u32(struct bytes *bytes, uint32_t value);

/* bytes_clear() empties the buffer and keeps its memory; bytes_free() frees it. */
void bytes_clear(struct bytes *bytes);
void bytes_free(struct bytes *bytes);
