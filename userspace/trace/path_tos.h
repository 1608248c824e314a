// SPDX-License-Identifier: GPL-2.0-or-later
/* What became of a path's type of service on its way, as its hops quote it (session/tos_text.h). */
#pragma once

#include <stdint.h>

#include "strategy/path.h"

/* path_tos_before() is what the nearest hop before `ttl` quoted that quoted any, else `sent`. */
uint8_t path_tos_before(const struct path *path, unsigned ttl, uint8_t sent);

/* path_tos_changed() is the first TTL whose answer quotes another than was sent; 0: none. */
unsigned path_tos_changed(const struct path *path, uint8_t sent);
