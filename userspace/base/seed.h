// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The order and the hosts of a survey follow from its seed, through keys of their own. A seed is no secret:
 * what nobody may foresee has a key of its own (key.h).
 */
#pragma once

#include <stdint.h>

#include "siphash.h"

/* What keys are for; up to eight bytes each. */
#define SEED_ORDER "order" /* the permutation of targets, TTLs and flows */
#define SEED_HOSTS "hosts" /* the host drawn in each block */

/* seed_key() derives the key for `purpose`, independent of those for other purposes. Only the first eight
 * bytes of the purpose count. */
struct siphash_key seed_key(uint64_t seed, const char *purpose);

/* seed_random() draws a seed for those who gave none. */
uint64_t seed_random(void);
