// SPDX-License-Identifier: GPL-2.0-or-later
/* How a path's type of service changed on its way, as the hops quote it (session/tos_text.h). */
#pragma once

#include <stdint.h>

#include "strategy/path.h"

/* path_tos_before() returns the type of service quoted by the nearest hop before `ttl` that quoted one,
 * else `sent`. */
uint8_t path_tos_before(const struct path *path, unsigned ttl, uint8_t sent);

/* path_tos_changed() returns the first TTL whose answer quotes a type of service other than `sent`; 0:
 * none. */
unsigned path_tos_changed(const struct path *path, uint8_t sent);
