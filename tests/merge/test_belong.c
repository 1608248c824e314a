// SPDX-License-Identifier: GPL-2.0-or-later
#include "merge/belong.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "addresses.h"
#include "table.h"

static struct part part(const char *path, uint32_t index, uint32_t of, uint64_t start_us, uint64_t end_us)
{
    return (struct part){
        .path = path,
        .shard = {index, of},
        .state = SURVEY_FINISHED,
        .start_us = start_us,
        .end_us = end_us,
    };
}

Test(belong, parts_come_in_the_order_of_shards_and_time)
{
    struct part parts[] = {part("c", 2, 3, 5, 9), part("a2", 0, 3, 20, 30), part("b", 1, 3, 50, 60),
                           part("a1", 0, 3, 10, 20)};
    static const char *const expected[] = {"a1", "a2", "b", "c"};
    struct error_text error;

    cr_assert_eq(belong_sort(parts, COUNT(parts), &error), 0, "%s", error.text);
    for (size_t i = 0; i < COUNT(parts); i++)
        cr_expect_str_eq(parts[i].path, expected[i]);
}

Test(belong, parts_that_overlap)
{
    static const struct {
        struct shard a, b;
        uint64_t a_end, b_start, b_key;
        const char *message;
    } cases[] = {
        {{0, 2}, {1, 2}, 20, 15, 7, NULL},
        {{0, 2}, {0, 2}, 20, 20, 0, NULL},
        {{0, 2}, {0, 2}, 20, 19, 0, "a and b have probed the same targets: both are shard 0 of 2"},
        {{0, 2}, {0, 2}, 0, 20, 0, "a and b have probed the same targets: both are shard 0 of 2"},
        {{0, 2}, {0, 2}, 20, 20, 7, "a and b have probed the same targets: both are shard 0 of 2"},
        {{0, 1}, {0, 1}, 20, 19, 0, "a and b have probed the same targets: neither is a shard"},
        {{0, 2}, {1, 3}, 20, 20, 0, "b is shard 1 of 3, and a shard 0 of 2"},
        {{0, 1}, {1, 3}, 20, 20, 0, "b is shard 1 of 3, and a shard 0 of 1"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct part parts[] = {part("a", cases[i].a.index, cases[i].a.of, 10, cases[i].a_end),
                               part("b", cases[i].b.index, cases[i].b.of, cases[i].b_start, 40)};
        struct error_text error = {"nothing"};

        parts[1].key.k0 = cases[i].b_key;
        cr_expect_eq(belong_sort(parts, COUNT(parts), &error), cases[i].message ? -EINVAL : 0, "%zu", i);
        cr_expect_str_eq(error.text, cases[i].message ? cases[i].message : "nothing", "%zu", i);
    }
}

static size_t gaps_of(const struct part *parts, size_t count, uint64_t targets, struct gaps *gaps)
{
    cr_assert_eq(belong_gaps(parts, count, targets, gaps), 0);
    cr_expect_eq(json_array_size(gaps->shards), gaps->count);
    json_decref(gaps->shards);
    return gaps->count;
}

Test(belong, what_is_missing_is_named)
{
    struct part parts[] = {part("a", 1, 5, 0, 10), part("b1", 3, 5, 0, 10), part("b2", 3, 5, 10, 20)};
    struct gaps gaps;

    parts[1].state = SURVEY_STOPPED;
    cr_expect_eq(gaps_of(parts, COUNT(parts), 100, &gaps), 3);
    cr_expect_str_eq(gaps.told[0].text, "shard 0 of 5 is missing");
    cr_expect_str_eq(gaps.told[1].text, "shard 2 of 5 is missing");
    cr_expect_str_eq(gaps.told[2].text, "shard 4 of 5 is missing");
    cr_expect_eq(gaps_of(parts, COUNT(parts), 3, &gaps), 2, "of three targets the last two shards have none");
    parts[2].state = SURVEY_RUNNING;
    cr_expect_eq(gaps_of(parts, COUNT(parts), 100, &gaps), 4);
    cr_expect_str_eq(gaps.told[2].text, "b2 is not complete: it is running, or was killed");
    parts[0].shard.of = 1000;
    cr_expect_eq(gaps_of(parts, 1, 5000, &gaps), 999, "all are counted, some are told");
}

static struct survey_metadata plan(void)
{
    static struct prefix targets[] = {{IPV4(0x01000000), 24}, {IPV4(0x08080808), 32}};

    return (struct survey_metadata){
        .seed = 3,
        .layout = &layouts[LAYOUT_USUAL],
        .port = 33434,
        .granularity = 24,
        .min_ttl = 1,
        .max_ttl = 32,
        .flows = 1,
        .strategy = "exhaustive",
        .targets.prefixes = {.prefixes = targets, .count = 2},
    };
}

static void expect_refused(const struct survey_metadata *other, const char *what)
{
    struct survey_metadata first = plan();
    struct error_text error = {""};

    cr_expect_eq(belong_check(&first, "a.csv", other, "b.csv", &error), what ? -EINVAL : 0);
    if (what)
        cr_expect_not_null(strstr(error.text, what), "%s", error.text);
}

Test(belong, other_plans_are_refused)
{
    struct survey_metadata other = plan();

    expect_refused(&other, NULL);
    other.key.k0 = 5;
    other.asked_rate = 7;
    other.shard = (struct shard){1, 2};
    expect_refused(&other, NULL);
    other.seed = 4;
    expect_refused(&other, "b.csv does not belong to a.csv: its seed is 4, and not 3");
    other = plan();
    other.max_ttl = 30;
    expect_refused(&other, "its max_ttl is 30, and not 32");
    other = plan();
    other.strategy = "adaptive";
    expect_refused(&other, "its strategy is \"adaptive\", and not \"exhaustive\"");
    other = plan();
    other.targets.prefixes.count = 1;
    expect_refused(&other, "it has other targets");
    other = plan();
    other.blocklist.prefixes = other.targets.prefixes;
    expect_refused(&other, "it has another blocklist");
    other = plan();
    other.sim = json_pack("{s:i}", "seed", 2);
    expect_refused(&other, "it has another simulated Internet");
    json_decref(other.sim);
}

Test(belong, what_simulators_have_counted_may_differ)
{
    struct survey_metadata first = plan(), other = plan();
    struct error_text error;

    first.sim = json_pack("{s:i, s:{s:i}}", "seed", 2, "counters", "sent", 5);
    other.sim = json_pack("{s:i, s:{s:i}}", "seed", 2, "counters", "sent", 6);
    cr_expect_eq(belong_check(&first, "a", &other, "b", &error), 0);
    json_decref(first.sim);
    json_decref(other.sim);
}
