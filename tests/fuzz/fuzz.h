// SPDX-License-Identifier: GPL-2.0-or-later
/* Shared by fuzz targets, each of which is a program of its own. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "bytes.h"
#include "checksum.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* require() checks a condition; libFuzzer keeps the input that breaks it. */
static inline void require(int condition)
{
    if (!condition)
        abort();
}

/* seal_from() corrects the checksum of `bytes` that contain `field`, where it also covers what adds up to
 * `sum`; seal() does so without such a sum. Not by the code that checks it. */
static inline void seal_from(uint32_t sum, uint8_t *field, const uint8_t *bytes, size_t length)
{
    store_be16(field, 0);
    for (size_t i = 0; i < length; i++)
        sum += i % 2 ? bytes[i] : (uint32_t)bytes[i] << 8;
    store_be16(field, checksum_finish(sum));
}

static inline void seal(uint8_t *field, const uint8_t *bytes, size_t length)
{
    seal_from(0, field, bytes, length);
}
