// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/map_svg.h"

#include <errno.h>
#include <stdlib.h>

#include "base/number.h"
#include "report/markup.h"
#include "report/png.h"

enum {
    SIDE = 512,
    NET_ORDER = 4,  /* 256 /8s */
    FAINTEST = 110, /* of 255: a single /24 in a pixel must be visible */
};

/* For a background of any colour: an empty pixel is transparent, a full one is opaque. */
static void make_palette(struct png_colour palette[ADDRESS_MAP_SHADES + 1])
{
    palette[0] = (struct png_colour){0, 0, 0, 0};
    for (unsigned i = 1; i <= ADDRESS_MAP_SHADES; i++)
        palette[i] = (struct png_colour){
            0xd5, 0x5e, 0, (uint8_t)(FAINTEST + (255 - FAINTEST) * (i - 1) / (ADDRESS_MAP_SHADES - 1))};
}

static int put_image(const struct address_map *map, unsigned order, FILE *out)
{
    struct png_colour palette[ADDRESS_MAP_SHADES + 1];
    uint8_t *pixels = malloc(1UL << 2 * order);
    unsigned char *png = NULL;
    size_t length;

    if (!pixels)
        return -ENOMEM;
    make_palette(palette);
    address_map_draw(map, order, pixels);
    int error = png_write(pixels, 1U << order, 1U << order, palette, ADDRESS_MAP_SHADES + 1, &png, &length);

    if (!error) {
        fprintf(out, "<image width='%d' height='%d' href='data:image/png;base64,", SIDE, SIDE);
        markup_base64(png, length, out);
        fputs("'/>\n", out);
    }
    free(png);
    free(pixels);
    return error;
}

static void put_net(FILE *out)
{
    const int cell = SIDE >> NET_ORDER;

    for (int i = 0; i <= 1 << NET_ORDER; i++)
        fprintf(out, "<path class='grid' d='M0 %dH%dM%d 0V%d'/>\n", i * cell, SIDE, i * cell, SIDE);
    for (uint32_t block = 0; block < 1U << 2 * NET_ORDER; block++) {
        uint32_t x, y;

        hilbert_place(NET_ORDER, block, &x, &y);
        fprintf(out, "<text class='small' x='%d' y='%d'>%u</text>\n", (int)x * cell + 2, (int)y * cell + 9,
                block);
    }
}

int map_svg(const struct address_map *map, unsigned order, const char *what, const char *id, FILE *out)
{
    char number[NUMBER_TEXT_SIZE];

    fprintf(
        out,
        "<svg xmlns='http://www.w3.org/2000/svg' class='map' role='img' viewBox='0 0 %d %d' "
        "aria-labelledby='%s-title %s-text'>\n<title id='%s-title'>IPv4: %s</title>\n"
        "<desc id='%s-text'>%s /24%s with %s, along a Hilbert curve: a prefix is a square, or two.</desc>\n",
        SIDE, SIDE, id, id, id, what, id, number_group(address_map_count(map), number),
        plural(address_map_count(map)), what);
    int error = put_image(map, order, out);

    put_net(out);
    fputs("</svg>\n", out);
    return error;
}
