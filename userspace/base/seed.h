// SPDX-License-Identifier: GPL-2.0-or-later
/* Everything random in a survey follows from its seed, through keys of their own. */
#pragma once

#include <stdint.h>

#include "siphash.h"

/* What keys are for; up to eight bytes each. */
#define SEED_PROBE "probe" /* the tags of the probes */
#define SEED_ORDER "order" /* the permutation of targets, TTLs and flows */
#define SEED_HOSTS "hosts" /* the host drawn in each block */

/* seed_key() derives the key for `purpose`, independent of those for other purposes. Only the first eight
 * bytes of the purpose count. */
struct siphash_key seed_key(uint64_t seed, const char *purpose);

/* seed_random() draws a seed for those who gave none. */
uint64_t seed_random(void);
