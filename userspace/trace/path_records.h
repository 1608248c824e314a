// SPDX-License-Identifier: GPL-2.0-or-later
/* The answers of a path, as records that readers of other programs' formats are given. */
#pragma once

#include <stddef.h>

#include "output/record.h"
#include "strategy/path.h"

/* path_records() are the answers of the present round, sorted by TTL and then by arrival, to be freed by the
 * caller; `*count` of them. NULL when memory is short. */
struct record *path_records(const struct path *path, size_t *count);
