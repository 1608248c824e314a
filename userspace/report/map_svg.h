// SPDX-License-Identifier: GPL-2.0-or-later
/* A map of the IPv4 space (address_map.h) as an image for a page: a PNG in an SVG, under a grid of /8s with
 * their numbers. */
#pragma once

#include <stdio.h>

#include "report/address_map.h"

/* map_svg() writes an <svg> of 2^order by 2^order pixels; `id` is unique in the page. `what` describes the
 * contents; it is a text of the program, not of the results. Returns 0 or -ENOMEM. */
int map_svg(const struct address_map *map, unsigned order, const char *what, const char *id, FILE *out);
