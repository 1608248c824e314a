// SPDX-License-Identifier: GPL-2.0-or-later
/* A score against the world itself must be what it is against the truth that is written of it. */
#include <unistd.h>

#include "base/seed.h"
#include "sim/score_truth.h"
#include "sim/score_world.h"
#include "sim/truth_lines.h"
#include "world_text.h"
#include "worlds.h"

static struct score read_back(const struct sim_truth *truth, bool brief)
{
    char path[] = "/tmp/hopwire-test-XXXXXX";
    struct score score = {.aliases = true};
    struct error_text error;
    FILE *out = fdopen(mkstemp(path), "w");

    cr_assert_not_null(out);
    cr_assert_eq(sim_truth_write(truth, brief, out), 0);
    fclose(out);
    cr_assert_eq(score_read_truth(&score, path, &error), 0, "%s", error.text);
    unlink(path);
    return score;
}

static struct address address_at(const struct score *score, uint64_t number)
{
    return score->numbers.addresses[(uint32_t)number];
}

static void expect_same_things(const struct score *a, const struct score *b, enum score_kind kind)
{
    const struct score_things *left = &a->things[kind], *right = &b->things[kind];
    bool is_pair = kind == SCORE_LINK || kind == SCORE_ALIAS;

    cr_assert_eq(left->real.count, right->real.count, "kind %d", kind);
    cr_assert_eq(left->visible.count, right->visible.count, "kind %d", kind);
    for (size_t i = 0; i < left->real.count; i++) {
        uint64_t key = left->real.keys[i], other = right->real.keys[i];

        cr_expect(address_equal(address_at(a, key), address_at(b, other)), "kind %d, %zu", kind, i);
        cr_expect(!is_pair || address_equal(address_at(a, key >> 32), address_at(b, other >> 32)));
        cr_expect_eq(u64_set_contains(&left->visible, key), u64_set_contains(&right->visible, other));
    }
}

static void expect_same(const struct sim_truth *truth)
{
    struct score world = {.aliases = true};

    cr_assert_eq(score_add_world(&world, truth), 0);
    cr_expect_gt(world.things[SCORE_LINK].visible.count, 0);
    for (int brief = 0; brief <= 1; brief++) {
        struct score read = read_back(truth, brief);

        for (enum score_kind kind = 0; kind < SCORE_KINDS; kind++)
            expect_same_things(&world, &read, kind);
        cr_expect_eq(world.routed.count, read.routed.count);
        score_free(&read);
    }
    score_free(&world);
}

/* The survey of targets in both families, and of few TTLs, some of whose targets are blocked. */
static void expect_same_of_world(const struct sim_topology *world, unsigned flows, enum flows_by flows_by)
{
    const struct layout_choice layout = layout_choose(&layouts[LAYOUT_UDP4], (struct siphash_key){0});
    const struct siphash_key keys[] = {{1, 2}, {3, 4}};
    const struct targets_config config = {
        .granularity = 24, .granularity6 = 48, .key = seed_key(1, SEED_HOSTS), .flows_by = flows_by};
    struct prefix_list list = {0}, blocked = {0};
    struct error_text error;

    cr_assert_eq(prefix_list_add_text(&list, "20.0.0.0/17", "test", &error), 0);
    cr_assert_eq(prefix_list_add_text(&list, "2a00::/42", "test", &error), 0);
    cr_assert_eq(prefix_list_add_text(&blocked, "20.0.16.0/21", "test", &error), 0);
    targets_normalize(&list, &config);
    struct targets *targets = targets_create(&list, &config);
    struct address_set *blocklist = address_set_create(&blocked);
    cr_assert(targets && blocklist);
    expect_same(&(const struct sim_truth){
        .topology = world,
        .targets = targets,
        .blocklist = blocklist,
        .layouts = layout_pair_of(&layout),
        .shard_keys = keys,
        .shards = 2,
        .source = sim_truth_host(),
        .min_ttl = 2,
        .max_ttl = 14,
        .flows = flows,
    });
    address_set_destroy(blocklist);
    targets_destroy(targets);
    prefix_list_free(&list);
    prefix_list_free(&blocked);
}

Test(score_world, is_the_truth_that_is_written)
{
    struct sim_options options = sim_options_default();

    struct sim_topology usual = make_world("internet", 6), ideal = make_world("ideal", 7);
    expect_same_of_world(&ideal, 1, FLOWS_BY_PORT);
    expect_same_of_world(&usual, 1, FLOWS_BY_PORT);
    expect_same_of_world(&usual, 3, FLOWS_BY_PORT);
    expect_same_of_world(&usual, 3, FLOWS_BY_HOST);

    /* All that a world can do, more often than any does. */
    options.balanced_permille = options.tunnel_permille = options.alias_permille = 500;
    options.parting_permille = options.churn_permille = options.loop_permille = 300;
    options.alike_permille = options.middlebox_permille = options.bogus_permille = 200;
    options.firewall_permille = options.long_quotation_permille = 200;
    struct sim_topology wild = make_world_of(options);
    expect_same_of_world(&wild, 1, FLOWS_BY_PORT);
    expect_same_of_world(&wild, 4, FLOWS_BY_PORT);
}

static void expect_same_of_file(const char *kind, const char *text)
{
    const struct layout_choice layout = layout_choose(&layouts[LAYOUT_UDP4], (struct siphash_key){0});
    const struct targets_config config = {.granularity = 32};
    struct sim_topology world = world_text_make(kind, text);
    struct prefix_list list = {0};

    cr_assert_eq(sim_topology_add_targets(&world, &list), 0);
    targets_normalize(&list, &config);
    struct targets *targets = targets_create(&list, &config);
    cr_assert_not_null(targets);
    expect_same(&(const struct sim_truth){
        .topology = &world,
        .targets = targets,
        .layouts = layout_pair_of(&layout),
        .source = sim_truth_host(),
        .min_ttl = 1,
        .max_ttl = 32,
        .flows = 2,
    });
    targets_destroy(targets);
    prefix_list_free(&list);
    sim_topology_free(&world);
}

Test(score_world, so_it_is_of_worlds_from_files)
{
    expect_same_of_file("routes", ROUTES_TEXT);
    expect_same_of_file("edges", EDGES_TEXT);
}
