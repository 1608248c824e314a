// SPDX-License-Identifier: GPL-2.0-or-later
/* Images with a palette as PNG (RFC 2083), compressed by zlib. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct png_colour {
    uint8_t red, green, blue, alpha;
};

/* png_write() makes a PNG of `width` by `height` pixels. Each pixel is the number of one of `count` colours,
 * at most 256. Returns 0 with `*out`, which the caller frees, and `*length`; or -ENOMEM. */
int png_write(const uint8_t *pixels, uint32_t width, uint32_t height, const struct png_colour *palette,
              size_t count, unsigned char **out, size_t *length);
