// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A map of the IPv4 space: the /24s that occurred, one bit each, drawn along a Hilbert curve. On this curve,
 * neighbours in the space are neighbours in the picture, and a prefix is one or two squares.
 */
#pragma once

#include <stdint.h>

#include "address.h"

enum {
    ADDRESS_MAP_ORDER = 12, /* a picture of 2^12 by 2^12 has one pixel per /24 */
    ADDRESS_MAP_WORDS = 1 << (2 * ADDRESS_MAP_ORDER - 6),
    ADDRESS_MAP_SHADES = 16, /* of a pixel, besides none */
};

/* Starts as zeros; takes 2 MB. */
struct address_map {
    uint64_t words[ADDRESS_MAP_WORDS];
};

/* address_map_add() adds an address; IPv6 addresses are ignored. address_map_count() returns how many /24s
 * are set. */
void address_map_add(struct address_map *map, struct address address);
uint64_t address_map_count(const struct address_map *map);

/* address_map_draw() fills 2^order by 2^order pixels; `order` is at most ADDRESS_MAP_ORDER. A pixel is 0 if
 * none of its /24s is set, up to ADDRESS_MAP_SHADES if all are. */
void address_map_draw(const struct address_map *map, unsigned order, uint8_t *pixels);

/* hilbert_place() computes the position of number `index` of the curve in a square of 2^order by 2^order. The
 * curve begins in the upper left corner and ends in the upper right one. */
void hilbert_place(unsigned order, uint32_t index, uint32_t *x, uint32_t *y);
