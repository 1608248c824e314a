// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/address_map.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "addresses.h"
#include "bytes.h"
#include "report/png.h"

/* It visits every place once, goes from one to a neighbour, and begins and ends at the upper corners. */
Test(hilbert, is_a_way_through_the_square)
{
    for (unsigned order = 1; order <= 6; order++) {
        uint32_t side = 1U << order, last_x = 0, last_y = 0;
        uint8_t seen[64 * 64] = {0};

        for (uint32_t i = 0; i < side * side; i++) {
            uint32_t x, y;

            hilbert_place(order, i, &x, &y);
            cr_assert(x < side && y < side);
            cr_expect_eq(seen[y * side + x]++, 0);
            cr_expect_eq(abs((int)x - (int)last_x) + abs((int)y - (int)last_y), i ? 1 : 0);
            last_x = x;
            last_y = y;
        }
        cr_expect(last_x == side - 1 && last_y == 0);
    }
}

Test(address_map, a_pixel_is_as_dark_as_it_is_full)
{
    struct address_map *map = calloc(1, sizeof(*map));
    uint8_t pixels[16 * 16];
    uint32_t x, y;

    cr_assert_not_null(map);
    for (uint32_t block = 0; block < 1 << 16; block++)
        address_map_add(map, IPV4(10U << 24 | block << 8 | 7));
    address_map_add(map, IPV4(0xc0000201));
    address_map_add(map, IPV4(0xc00002ff));
    address_map_add(map, (struct address){0x20010db8ULL << 32, 1});
    cr_expect_eq(address_map_count(map), (1 << 16) + 1);
    address_map_draw(map, 4, pixels);
    hilbert_place(4, 10, &x, &y);
    cr_expect_eq(pixels[y * 16 + x], ADDRESS_MAP_SHADES, "all of 10/8");
    hilbert_place(4, 0xc0, &x, &y);
    cr_expect_eq(pixels[y * 16 + x], 1, "one /24 is seen");
    hilbert_place(4, 11, &x, &y);
    cr_expect_eq(pixels[y * 16 + x], 0);
    free(map);
}

/* Parts of a word a pixel, and several words, come to the same, rounded up. */
Test(address_map, sizes_agree)
{
    struct address_map *map = calloc(1, sizeof(*map));

    cr_assert_not_null(map);
    for (uint32_t i = 0; i < 100000; i++)
        address_map_add(map, IPV4((uint32_t)mix64(i)));
    for (unsigned order = 1; order <= 10; order++) {
        uint8_t *pixels = malloc(1UL << 2 * order);
        uint64_t sum = 0;

        cr_assert_not_null(pixels);
        address_map_draw(map, order, pixels);
        for (size_t i = 0; i < 1UL << 2 * order; i++)
            sum += pixels[i];
        cr_expect_geq(sum << 2 * (ADDRESS_MAP_ORDER - order), address_map_count(map) * ADDRESS_MAP_SHADES);
        cr_expect_leq(sum << 2 * (ADDRESS_MAP_ORDER - order),
                      address_map_count(map) *
                          (ADDRESS_MAP_SHADES + (1UL << 2 * (ADDRESS_MAP_ORDER - order))));
        free(pixels);
    }
    free(map);
}

/* The chunk at `*at`, whose CRC is right; `*at` is then behind it. */
static const uint8_t *chunk(const uint8_t *png, size_t *at, const char *type, uint32_t *length)
{
    const uint8_t *data = png + *at + 8;

    *length = load_be32(png + *at);
    cr_assert_eq(memcmp(data - 4, type, 4), 0, "%.4s", (const char *)data - 4);
    cr_expect_eq(load_be32(data + *length), crc32(0, data - 4, *length + 4));
    *at += 12 + *length;
    return data;
}

Test(png, what_was_drawn_can_be_read)
{
    static const uint8_t pixels[] = {0, 1, 2, 2, 1, 0};
    static const struct png_colour palette[] = {{1, 2, 3, 0}, {4, 5, 6, 100}, {7, 8, 9, 255}};
    uint8_t rows[8];
    uLongf size = sizeof(rows);
    unsigned char *png;
    size_t length, at = 8;
    uint32_t here;

    cr_assert_eq(png_write(pixels, 3, 2, palette, 3, &png, &length), 0);
    cr_expect_eq(memcmp(png, "\x89PNG\r\n\x1a\n", 8), 0);
    const uint8_t *header = chunk(png, &at, "IHDR", &here);
    cr_expect(load_be32(header) == 3 && load_be32(header + 4) == 2 && here == 13);
    cr_expect_arr_eq(chunk(png, &at, "PLTE", &here), ((uint8_t[]){1, 2, 3, 4, 5, 6, 7, 8, 9}), 9);
    cr_expect_arr_eq(chunk(png, &at, "tRNS", &here), ((uint8_t[]){0, 100, 255}), 3);
    const uint8_t *packed = chunk(png, &at, "IDAT", &here);
    cr_assert_eq(uncompress(rows, &size, packed, here), Z_OK);
    cr_expect_arr_eq(rows, ((uint8_t[]){0, 0, 1, 2, 0, 2, 1, 0}), 8);
    chunk(png, &at, "IEND", &here);
    cr_expect_eq(at, length);
    free(png);
}
