// SPDX-License-Identifier: GPL-2.0-or-later
/* A map of the IPv4 space (address_map.h) as an image for a page: a PNG in an SVG, under a net of /8s with their numbers. */
#pragma once

#include <stdio.h>

#include "report/address_map.h"

/* map_svg() writes an <svg>, `id` being its own in the page, of 2^order by 2^order pixels. `what` is what there is in it,
 * the caller's own text. 0 or -ENOMEM. */
int map_svg(const struct address_map *map, unsigned order, const char *what, const char *id, FILE *out);
