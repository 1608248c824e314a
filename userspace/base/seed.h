// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The order of a survey's probes and the hosts that it probes are derived from its seed, with one key for each
 * purpose. A seed is no secret: values that nobody may predict have random keys (key.h).
 */
#pragma once

#include <stdint.h>

#include "siphash.h"

/* The purposes of keys; at most eight bytes each. */
#define SEED_ORDER "order" /* the permutation of targets, TTLs and flows */
#define SEED_HOSTS "hosts" /* the host drawn in each block */

/* seed_key() derives the key for `purpose`, which is independent of those for other purposes. Only the first
 * eight bytes of the purpose count. */
struct siphash_key seed_key(uint64_t seed, const char *purpose);

/* seed_random() returns a random seed, for users who gave none. */
uint64_t seed_random(void);
