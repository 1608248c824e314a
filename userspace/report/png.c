// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/png.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "bytes.h"

enum {
    HEADER_SIZE = 13,
    BIT_DEPTH = 8,
    COLOUR_PALETTE = 3,
    FILTER_NONE = 0,
};

/* Length, type, data, and a CRC of type and data (RFC 2083, section 3.2). */
static void put_chunk(const char type[4], const uint8_t *data, size_t length, FILE *out)
{
    uLong crc = crc32(crc32(0, (const Bytef *)type, 4), data, (uInt)length);
    uint8_t number[4];

    store_be32(number, (uint32_t)length);
    fwrite(number, 1, sizeof(number), out);
    fwrite(type, 1, 4, out);
    fwrite(data, 1, length, out);
    store_be32(number, (uint32_t)crc);
    fwrite(number, 1, sizeof(number), out);
}

static void put_header(uint32_t width, uint32_t height, FILE *out)
{
    uint8_t header[HEADER_SIZE] = {[8] = BIT_DEPTH, [9] = COLOUR_PALETTE};

    store_be32(header, width);
    store_be32(header + 4, height);
    put_chunk("IHDR", header, sizeof(header), out);
}

static void put_palette(const struct png_colour *palette, size_t count, FILE *out)
{
    uint8_t colours[3 * 256], alpha[256];

    for (size_t i = 0; i < count; i++) {
        colours[3 * i] = palette[i].red;
        colours[3 * i + 1] = palette[i].green;
        colours[3 * i + 2] = palette[i].blue;
        alpha[i] = palette[i].alpha;
    }
    put_chunk("PLTE", colours, 3 * count, out);
    put_chunk("tRNS", alpha, count, out);
}

/* Each row begins with a byte that names its filter (section 6): filters do not help with palettes. */
static int put_pixels(const uint8_t *pixels, uint32_t width, uint32_t height, FILE *out)
{
    size_t size = ((size_t)width + 1) * height;
    uLongf packed_size = compressBound((uLong)size);
    uint8_t *rows = malloc(size), *packed = malloc(packed_size);
    int error = rows && packed ? 0 : -ENOMEM;

    for (uint32_t y = 0; !error && y < height; y++) {
        rows[y * ((size_t)width + 1)] = FILTER_NONE;
        memcpy(rows + y * ((size_t)width + 1) + 1, pixels + (size_t)y * width, width);
    }
    if (!error && compress2(packed, &packed_size, rows, (uLong)size, Z_DEFAULT_COMPRESSION) != Z_OK)
        error = -ENOMEM;
    if (!error)
        put_chunk("IDAT", packed, packed_size, out);
    free(rows);
    free(packed);
    return error;
}

int png_write(const uint8_t *pixels, uint32_t width, uint32_t height, const struct png_colour *palette,
              size_t count, unsigned char **out, size_t *length)
{
    FILE *file = open_memstream((char **)out, length);

    if (!file)
        return -ENOMEM;
    fputs("\x89PNG\r\n\x1a\n", file);
    put_header(width, height, file);
    put_palette(palette, count, file);
    int error = put_pixels(pixels, width, height, file);

    put_chunk("IEND", (const uint8_t *)"", 0, file);
    if ((ferror(file) | fclose(file)) && !error)
        error = -ENOMEM;
    if (error) {
        free(*out);
        *out = NULL;
    }
    return error;
}
