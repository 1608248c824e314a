// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/plan.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "addresses.h"
#include "base/seed.h"
#include "support/some_targets.h"
#include "table.h"

static struct plan_config ordinary(void)
{
    return (struct plan_config){
        .seed = 7,
        .layout = {.layout = &layouts[LAYOUT_USUAL]},
        .granularity = 24,
        .min_ttl = 1,
        .max_ttl = 32,
        .flows = 1,
    };
}

/* Makes a plan of two texts; returns what plan_make() does. */
static int make(struct plan *plan, const struct plan_config *config, const char *targets, const char *blocked)
{
    struct prefix_list target_list = some_prefixes(targets), blocked_list = some_prefixes(blocked);
    int error = plan_make(plan, config, &target_list, &blocked_list);

    cr_expect_null(target_list.prefixes, "the plan has taken the list over");
    cr_expect_null(blocked_list.prefixes);
    return error;
}

Test(plan, counts_probes)
{
    static const struct {
        const char *targets;
        unsigned granularity, min_ttl, max_ttl, flows;
        uint64_t count, probes;
    } cases[] = {
        {"8.8.8.8", 24, 1, 1, 1, 1, 1},
        {"8.8.8.0/24", 24, 1, 32, 1, 1, 32},
        {"8.0.0.0/16", 24, 1, 32, 1, 256, 256 * 32},
        {"8.0.0.0/16", 24, 3, 3, 4, 256, 1024},
        {"8.0.0.0/16", 32, 1, 2, 1, 65536, 131072},
        {"8.0.0.0/16 8.0.0.0/17 8.0.0.0/16", 24, 1, 1, 1, 256, 256},
        {"8.0.0.0/8", 24, 1, 64, 256, 65536, 65536ULL * 64 * 256},
        {"8.0.0.0/8 9.0.0.0/8 11.0.0.0/8 12.0.0.0/8", 32, 1, 64, 256, 4ULL << 24, (4ULL << 24) * 64 * 256},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct plan_config config = ordinary();
        struct plan plan;

        config.granularity = cases[i].granularity;
        config.min_ttl = cases[i].min_ttl;
        config.max_ttl = cases[i].max_ttl;
        config.flows = cases[i].flows;
        cr_assert_eq(make(&plan, &config, cases[i].targets, ""), 0, "%s", cases[i].targets);
        cr_expect_eq(targets_count(plan.targets), cases[i].count, "%s", cases[i].targets);
        cr_expect_eq(plan.probes, cases[i].probes, "%s", cases[i].targets);
        plan_free(&plan);
        cr_expect_null(plan.targets);
    }
}

Test(plan, without_a_target)
{
    static const struct {
        const char *targets;
        uint64_t withheld;
    } cases[] = {{"", 0}, {"10.0.0.0/16", 256}, {"192.168.1.1 127.0.0.1", 2}, {"224.0.0.0/24", 1}};

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct plan_config config = ordinary();
        struct plan plan;

        cr_expect_eq(make(&plan, &config, cases[i].targets, ""), -ENOENT, "\"%s\"", cases[i].targets);
        cr_expect_eq(targets_withheld_count(plan.targets), cases[i].withheld, "\"%s\"", cases[i].targets);
        plan_free(&plan);
        plan_free(&plan);
    }
}

Test(plan, special_ranges)
{
    struct plan_config config = ordinary();
    struct plan plan;

    cr_assert_eq(make(&plan, &config, "10.0.0.0/16 8.8.0.0/16", ""), 0);
    cr_expect_eq(targets_count(plan.targets), 256);
    cr_expect_eq(targets_withheld_count(plan.targets), 256);
    cr_expect_not_null(plan.special);
    plan_free(&plan);

    config.allow_special = true;
    cr_assert_eq(make(&plan, &config, "10.0.0.0/16 8.8.0.0/16", ""), 0);
    cr_expect_eq(targets_count(plan.targets), 512);
    cr_expect_eq(targets_withheld_count(plan.targets), 0);
    cr_expect_null(plan.special);
    plan_free(&plan);
}

/* Blocked targets stay in the plan: the sender counts them. A host drawn in a block that is blocked in part
 * lies in the other part. */
Test(plan, blocklist)
{
    struct plan_config config = ordinary();
    struct plan plan;
    unsigned blocked = 0;

    cr_assert_eq(make(&plan, &config, "8.0.0.0/16", "8.0.1.0/24 8.0.2.0/25 8.0.2.128/26 8.0.1.7"), 0);
    cr_expect_eq(targets_count(plan.targets), 256);
    for (uint64_t i = 0; i < 256; i++) {
        struct address address = targets_address(plan.targets, i);

        if (address_set_contains(plan.blocklist, address)) {
            cr_expect_eq(address_ipv4(address) >> 8, 0x080001);
            blocked++;
        }
    }
    cr_expect_eq(blocked, 1);
    cr_expect_eq(plan.blocked_listed.count, 3, "what is covered goes");
    plan_free(&plan);

    cr_assert_eq(make(&plan, &config, "8.0.0.0/16", ""), 0);
    cr_expect_null(plan.blocklist);
    plan_free(&plan);
}

static void expect_same_plan(const struct plan *a, const struct plan *b)
{
    cr_assert_eq(targets_count(a->targets), targets_count(b->targets));
    cr_expect_eq(a->probes, b->probes);
    for (uint64_t i = 0; i < targets_count(a->targets); i++)
        cr_assert(address_equal(targets_address(a->targets, i), targets_address(b->targets, i)));
    cr_expect_arr_eq(&a->order_key, &b->order_key, sizeof(a->order_key));
}

/* The same seed sends the same probes; another seed others, in another order. The key is no affair of it. */
Test(plan, seed)
{
    struct plan_config config = ordinary();
    struct plan plan, same, other;
    unsigned differences = 0;

    cr_assert_eq(make(&plan, &config, "8.0.0.0/16 9.0.0.0/17", "8.0.1.0/24"), 0);
    cr_assert_eq(make(&same, &config, "9.0.0.0/17 8.0.0.0/16", "8.0.1.0/24"), 0);
    config.layout.key.k1++;
    cr_assert_eq(make(&other, &config, "8.0.0.0/16 9.0.0.0/17", "8.0.1.0/24"), 0);
    expect_same_plan(&plan, &other);
    cr_expect_eq(other.layouts.ipv4.key.k1, plan.layouts.ipv4.key.k1 + 1);
    plan_free(&other);
    config.seed++;
    cr_assert_eq(make(&other, &config, "8.0.0.0/16 9.0.0.0/17", "8.0.1.0/24"), 0);
    expect_same_plan(&plan, &same);
    for (uint64_t i = 0; i < 384; i++)
        differences += !address_equal(targets_address(plan.targets, i), targets_address(other.targets, i));
    cr_expect_gt(differences, 350);
    cr_expect_arr_neq(&plan.order_key, &other.order_key, sizeof(plan.order_key));
    plan_free(&plan);
    plan_free(&same);
    plan_free(&other);
}

Test(plan, of_more_targets_than_can_be_counted)
{
    struct plan_config config = ordinary();
    struct plan plan;

    cr_expect_eq(make(&plan, &config, "2000::/3", ""), -E2BIG);
    plan_free(&plan);
    config.per_prefix = 1000;
    cr_assert_eq(make(&plan, &config, "2000::/3 8.0.0.0/24", ""), 0);
    cr_expect_eq(targets_count(plan.targets), 1001);
    plan_free(&plan);
}

Test(plan, of_a_shard)
{
    struct plan_config config = ordinary();
    struct plan plan;

    config.shard = (struct shard){1, 3};
    cr_assert_eq(make(&plan, &config, "8.0.0.0/22 1.1.1.1", ""), 0);
    cr_expect_eq(targets_count(plan.targets), 2);
    cr_expect_eq(plan.probes, 2 * 32);
    plan_free(&plan);
    config.shard = (struct shard){5, 6};
    cr_expect_eq(make(&plan, &config, "8.0.0.0/22 1.1.1.1", ""), -ENODATA);
    cr_expect_eq(targets_whole_count(plan.targets), 5);
    plan_free(&plan);
    cr_expect_eq(make(&plan, &config, "10.0.0.0/22", ""), -ENOENT);
    plan_free(&plan);
}

/* The plan of an earlier survey: all as it was, the key as it stands in the file. */
Test(plan, from_metadata)
{
    struct survey_metadata metadata = {
        .seed = 7,
        .granularity = 24,
        .granularity6 = 40,
        .per_prefix = 5,
        .host6 = {HOST6_GIVEN, 0xabcd},
        .shard = {2, 4},
        .min_ttl = 2,
        .max_ttl = 30,
        .flows = 3,
        .key = {0x1111, 0x2222},
        .layout = &layouts[LAYOUT_USUAL],
        .port = 444,
        .targets.prefixes = some_prefixes("8.0.0.0/16 1.1.1.1 2600::/32 2600::/36 2600::1"),
        .blocklist.prefixes = some_prefixes("8.0.3.0/24"),
    };
    struct plan_config config = ordinary();
    struct plan plan, original;
    struct error_text error;

    config.min_ttl = 2;
    config.max_ttl = 30;
    config.flows = 3;
    config.granularity6 = 40;
    config.per_prefix = 5;
    config.host6 = (struct host6){HOST6_GIVEN, 0xabcd};
    config.shard = (struct shard){2, 4};
    cr_assert_eq(make(&original, &config, "8.0.0.0/16 1.1.1.1 2600::/32 2600::/36 2600::1", "8.0.3.0/24"), 0);
    cr_assert_eq(plan_from_metadata(&plan, &metadata, &error), 0);
    expect_same_plan(&plan, &original);
    cr_expect_eq(plan.layouts.ipv4.key.k0, 0x1111);
    cr_expect_eq(plan.layouts.ipv4.key.k1, 0x2222);
    cr_expect_eq(plan.layouts.ipv4.layout, &layouts[LAYOUT_USUAL]);
    cr_expect_eq(plan.layouts.ipv4.port, 444);
    cr_expect_eq(plan.probes, (257 + 11) / 4 * 29 * 3);
    cr_expect_null(metadata.targets.prefixes.prefixes);
    plan_free(&plan);
    plan_free(&original);
    metadata.strategy = "prophetic";
    cr_expect_eq(plan_from_metadata(&plan, &metadata, &error), -EINVAL);
    cr_expect_not_null(strstr(error.text, "there is no 'prophetic'"), "%s", error.text);
}
