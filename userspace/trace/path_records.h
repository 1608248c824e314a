// SPDX-License-Identifier: GPL-2.0-or-later
/* The answers of a path as records, for the JSON forms of other programs. */
#pragma once

#include <stddef.h>

#include "output/record.h"
#include "strategy/path.h"

/* path_records() returns the `*count` answers of the present round, sorted by TTL and then by arrival. The
 * caller frees them. Returns NULL when memory is short. */
struct record *path_records(const struct path *path, size_t *count);
