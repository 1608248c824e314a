// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/seed.h"

struct siphash_key seed_key(uint64_t seed, const char *purpose)
{
    struct siphash_key base = {.k0 = seed};

    for (unsigned i = 0; i < 8 && purpose[i]; i++)
        base.k1 |= (uint64_t)(uint8_t)purpose[i] << (8 * i);
    return (struct siphash_key){siphash_u64(base, 0), siphash_u64(base, 1)};
}
