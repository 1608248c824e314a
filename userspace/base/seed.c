// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/seed.h"

#include <sys/random.h>

#include "base/clock.h"

struct siphash_key seed_key(uint64_t seed, const char *purpose)
{
    struct siphash_key base = {.k0 = seed};

    for (unsigned i = 0; i < 8 && purpose[i]; i++)
        base.k1 |= (uint64_t)(uint8_t)purpose[i] << (8 * i);
    return (struct siphash_key){siphash_u64(base, 0), siphash_u64(base, 1)};
}

uint64_t seed_random(void)
{
    uint64_t seed = 0;

    /* 48 bits: exact in every JSON reader, short enough to type. */
    if (getrandom(&seed, 6, 0) != 6)
        seed = clock_read_ns(CLOCK_REALTIME);
    return seed & 0xffffffffffff;
}
