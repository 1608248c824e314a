// SPDX-License-Identifier: GPL-2.0-or-later
#include "target/shard.h"

#include <stdlib.h>

#include "table.h"
#include "target/prefixes.h"
#include "target/targets.h"

/* What a shard is: plainly, by counting. */
Test(shard, numbers)
{
    for (uint32_t of = 1; of < 12; of++)
        for (uint32_t index = 0; index < of; index++) {
            const struct shard shard = {index, of};
            uint64_t own = 0;

            for (uint64_t whole = 0; whole < 40; whole++) {
                uint64_t number = whole;
                bool mine = whole % of == index;

                cr_expect_eq(shard_count(&shard, whole), own);
                cr_expect_eq(shard_own(&shard, &number), mine);
                if (!mine)
                    continue;
                cr_expect_eq(number, own);
                cr_expect_eq(shard_whole(&shard, own), whole);
                own++;
            }
        }
}

static struct targets *create(const char *text, struct shard shard)
{
    const struct targets_config config = {.granularity = 24, .per_prefix = 20, .key = {5, 6}, .shard = shard};
    struct prefix_list list = prefixes_of(text);
    struct targets *targets;

    targets_normalize(&list, &config);
    targets = targets_create(&list, &config);
    cr_assert_not_null(targets);
    return targets;
}

/* A shard's targets are those of the whole, in its own numbers; returns how many. */
static uint64_t expect_part(const char *text, const struct targets *whole, struct shard part)
{
    struct targets *targets = create(text, part);
    uint64_t count = targets_count(targets), ipv4 = 0;

    cr_expect_eq(targets_whole_count(targets), targets_count(whole));
    for (uint64_t i = 0; i < count; i++) {
        struct address address = targets_address(targets, i);
        uint64_t index;

        cr_expect(address_equal(address, targets_address(whole, i * part.of + part.index)));
        cr_expect(targets_find(targets, address, &index));
        cr_expect_eq(index, i);
        cr_expect_eq(targets_below(targets, address), i);
        ipv4 += address_is_ipv4(address);
    }
    cr_expect_eq(targets_ipv4_count(targets), ipv4);
    for (uint64_t i = 0, index; i < targets_count(whole); i++)
        cr_expect_eq(targets_find(targets, targets_address(whole, i), &index), i % part.of == part.index);
    targets_destroy(targets);
    return count;
}

Test(shard, targets_of_all_are_the_whole)
{
    static const char *const lists[] = {
        "8.0.0.0/18",
        "8.0.0.0/20 9.9.9.9 9.9.9.11 10.0.0.0/23",
        "8.0.0.0/22 2001:db8::/32 2001:db8:ff::/48 2600::1 2600::2",
        "9.9.9.9",
    };
    static const uint32_t divisions[] = {1, 2, 3, 7, 64, 100};

    for (size_t k = 0; k < COUNT(lists); k++) {
        struct targets *whole = create(lists[k], (struct shard){0});

        for (size_t d = 0; d < COUNT(divisions); d++) {
            uint64_t sum = 0;

            for (uint32_t i = 0; i < divisions[d]; i++)
                sum += expect_part(lists[k], whole, (struct shard){i, divisions[d]});
            cr_expect_eq(sum, targets_count(whole), "%s by %u", lists[k], divisions[d]);
        }
        targets_destroy(whole);
    }
}
