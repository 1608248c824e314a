// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A map of the IPv4 space: which /24s there were, a bit each, drawn along a Hilbert curve, on which neighbours in the
 * space are neighbours in the picture, and a prefix is a square or two.
 */
#pragma once

#include <stdint.h>

#include "address.h"

enum {
    ADDRESS_MAP_ORDER = 12, /* a picture of 2^12 by 2^12 has a pixel a /24 */
    ADDRESS_MAP_WORDS = 1 << (2 * ADDRESS_MAP_ORDER - 6),
    ADDRESS_MAP_SHADES = 16, /* of a pixel, beside none */
};

/* Begins as zeros: 2 MB. */
struct address_map {
    uint64_t words[ADDRESS_MAP_WORDS];
};

/* address_map_add() takes an address; those of IPv6 have no place. address_map_count() is how many /24s there are. */
void address_map_add(struct address_map *map, struct address address);
uint64_t address_map_count(const struct address_map *map);

/* address_map_draw() fills 2^order by 2^order pixels, order being at most ADDRESS_MAP_ORDER: 0 where no /24 of a pixel is
 * there, up to ADDRESS_MAP_SHADES where all are. */
void address_map_draw(const struct address_map *map, unsigned order, uint8_t *pixels);

/* hilbert_place() is where number `index` of the curve stands in a square of 2^order by 2^order: it begins in the upper
 * left corner and ends in the upper right one. */
void hilbert_place(unsigned order, uint32_t index, uint32_t *x, uint32_t *y);
