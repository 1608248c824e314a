// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>

#include "base/seed.h"

static bool same(struct siphash_key a, struct siphash_key b)
{
    return a.k0 == b.k0 || a.k1 == b.k1 || a.k0 == b.k1 || a.k1 == b.k0;
}

Test(seed, keys_differ_by_seed_and_purpose)
{
    static const char *const purposes[] = {SEED_ORDER, SEED_HOSTS, "other"};

    for (uint64_t seed = 0; seed < 50; seed++)
        for (int i = 0; i < 3; i++) {
            struct siphash_key key = seed_key(seed, purposes[i]);

            cr_expect_neq(key.k0, key.k1);
            cr_expect_not(same(key, seed_key(seed + 1, purposes[i])));
            cr_expect_not(same(key, seed_key(seed, purposes[(i + 1) % 3])));
        }
}

/* Literals: the truth of a survey made by an earlier version needs the same hosts and tags. */
Test(seed, keys_stay_what_they_are)
{
    struct siphash_key key = seed_key(1, SEED_HOSTS);

    cr_expect_eq(key.k0, 0xbe0aad2793b9ea6dULL, "%016llx", (unsigned long long)key.k0);
    cr_expect_eq(key.k1, 0x0ac1decad5962ae4ULL, "%016llx", (unsigned long long)key.k1);
}
