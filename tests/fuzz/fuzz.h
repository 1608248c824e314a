// SPDX-License-Identifier: GPL-2.0-or-later
/* What fuzz targets share; each is a program of its own. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "bytes.h"
#include "checksum.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* require() says what must hold; libFuzzer keeps the input that breaks it. */
static inline void require(int condition)
{
    if (!condition)
        abort();
}

/* seal_from() puts the checksum of `bytes`, among which `field` lies, right, where it covers what adds up to
 * `sum`, too; seal() where it does not. Not by the code that checks it. */
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
