// SPDX-License-Identifier: GPL-2.0-or-later
/* FlashRoute's rule, round by round, on paths that are told by letters. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "protocol.h"
#include "strategy/flashroute.h"
#include "support/replay.h"
#include "support/saved_state.h"
#include "support/some_targets.h"
#include "table.h"

enum {
    MAX_TTL = 32,
    MOST = 256, /* probes a round in these tests */
};

static struct strategy *open_with(const struct targets *targets, const char *pairs)
{
    const struct strategy_ops *ops = &strategy_flashroute;
    struct option_table table = {.command = "test", .operands = "", .summary = "", .specs = ops->options};
    struct strategy *strategy;
    void *options = malloc(ops->options_size);
    char text[100];

    memcpy(options, ops->defaults, ops->options_size);
    snprintf(text, sizeof(text), "%s", pairs);
    if (*pairs)
        cr_assert_eq(options_parse_pairs(&table, "test", text, options), 0);
    const struct strategy_config config = {
        .targets = targets, .min_ttl = 1, .max_ttl = MAX_TTL, .flows = 1, .slices = 1, .options = options};
    cr_assert_eq(ops->open(&strategy, &config), 0);
    free(options);
    return strategy;
}

/* A letter is a router, '-' nobody, '.' the target, which answers from there on. */
static bool answer_probe(const struct probe *probe, uint64_t target, const char *hops, struct answer *out)
{
    size_t length = strlen(hops);
    char who = hops[(probe->ttl < length ? probe->ttl : length) - 1];

    *out = (struct answer){.target = target, .ttl = probe->ttl, .quoted_ttl = 1};
    if (who == '-')
        return false;
    out->icmp_type = ICMP_TIME_EXCEEDED_TYPE;
    out->responder = address_of_ipv4((uint32_t)who);
    if (who == '.') {
        out->icmp_type = ICMP_DESTINATION_UNREACHABLE;
        out->icmp_code = ICMP_PORT_UNREACHABLE;
        out->responder = probe->target_address;
        out->from_target = out->solicited = true;
        out->quoted_ttl = (uint8_t)(probe->ttl - (strchr(hops, '.') - hops));
    }
    return true;
}

/* Takes a round and answers it at its end; writes the TTLs to each target, as letters, behind what is there. */
static bool take_round(struct strategy *strategy, const struct targets *targets, uint64_t *now_ns,
                       const char *const *hops, char (*asked)[100])
{
    struct probe probes[MOST];
    size_t count = strategy->ops->next(strategy, *now_ns, probes, MOST);
    struct answer answer;
    uint64_t target;

    cr_expect_eq(strategy->ops->next(strategy, *now_ns + NS_PER_S - 1, probes + count, MOST - count), 0,
                 "a round takes a second");
    for (size_t i = 0; i < count; i++) {
        cr_assert(targets_find(targets, probes[i].target_address, &target));
        size_t length = strlen(asked[target]);
        asked[target][length] =
            (char)(probes[i].ttl <= 26 ? 'a' + probes[i].ttl - 1 : 'A' + probes[i].ttl - 27);
        if (answer_probe(&probes[i], target, hops[target], &answer))
            strategy->ops->reply(strategy, &answer);
    }
    *now_ns += NS_PER_S;
    return count;
}

static void expect_asked(const char *pairs, const char *prefixes, const char *const *hops,
                         const char *const *expected, size_t count)
{
    struct targets *targets = some_targets(prefixes);
    struct strategy *strategy = open_with(targets, pairs);
    char asked[4][100] = {{0}};
    uint64_t now = NS_PER_S;

    cr_assert_eq(targets_count(targets), count);
    while (!strategy->ops->done(strategy))
        take_round(strategy, targets, &now, hops, asked);
    for (size_t i = 0; i < count; i++)
        cr_expect_str_eq(asked[i], expected[i], "%s: target %zu: %s", pairs, i, asked[i]);
    strategy->ops->close(strategy);
    targets_destroy(targets);
}

/* From the split both ways, one probe each a round; five silent TTLs end the way forward. */
Test(flashroute, walks_one_path_both_ways)
{
    static const char *const silent[] = {"ABCDEF-"}, *const long_way[] = {"ABCDEFGHIJKLMNOPQRST-"},
                             *const reached[] = {"ABCDEFGHIJKLMNOPQR."};

    expect_asked("", "1.1.1.1", silent, (const char *[]){"qprosntmulkjihgfedcba"}, 1);
    expect_asked("split=4,gap=2", "1.1.1.1", silent, (const char *[]){"edfcgbha"}, 1);
    expect_asked("split=16,gap=1", "1.1.1.1", long_way, (const char *[]){"qprosntmulkjihgfedcba"}, 1);
    expect_asked("", "1.1.1.1", reached, (const char *[]){"qprosnmlkjihgfedcba"}, 1);
}

/* The path that comes second in the order stops at the first interface that the other one met on its way back. */
Test(flashroute, stops_where_others_were)
{
    static const char *const hops[] = {"ABCDEFGH-", "ABCDEXYZWV-"};

    expect_asked("split=8,gap=1", "8.0.0.0/23", hops, (const char *[]){"ihgfe", "ihjgkfedcba"}, 2);
}

/* What a preprobe says saves the way forward; a neighbour begins where the measured one ends. */
Test(flashroute, preprobes_measure_distances)
{
    static const char *const hops[] = {"ABCDE.", "ABCDF-"};

    expect_asked("preprobe,gap=2,span=1", "8.0.0.0/23", hops, (const char *[]){"Ffed", "Fgfhedcba"}, 2);
}

static struct replay_hop meet_chain(const void *context, uint64_t target, struct address address,
                                    unsigned ttl)
{
    (void)context;
    (void)address;
    return (struct replay_hop){.responder = address_of_ipv4((uint32_t)(ttl < 8 ? ttl : target << 8 | ttl)),
                               .answers = ttl <= 20,
                               .distance = (uint8_t)ttl};
}

static struct replay_config survey_of(const struct targets *targets)
{
    return (struct replay_config){.ops = &strategy_flashroute,
                                  .targets = targets,
                                  .world.meet = meet_chain,
                                  .max_ttl = MAX_TTL,
                                  .slices = 3,
                                  .seed = 1,
                                  .rate = 10000,
                                  .rtt_s = 0.1,
                                  .most = 100000};
}

/* Any number of probes at a time, several senders. */
Test(flashroute, finds_all_in_slices)
{
    struct targets *targets = some_targets("8.0.0.0/16");
    const struct replay_config config = survey_of(targets);
    struct replay_outcome outcome = {0};

    cr_assert_eq(replay_count_all(&config, &outcome), 0);
    cr_assert_eq(replay_run(&config, &outcome), 0);
    cr_expect(outcome.ended);
    cr_expect_eq(outcome.interfaces, outcome.all_interfaces);
    targets_destroy(targets);
}

Test(flashroute, sends_again_what_the_link_gave_back)
{
    struct targets *targets = some_targets("1.1.1.1");
    struct strategy *strategy = open_with(targets, "");
    struct probe probes[2], again[2];

    cr_assert_eq(strategy->ops->next(strategy, 1, probes, 2), 2);
    strategy_unsent(strategy, &probes[0], UNSENT_LINK_DOWN);
    strategy_unsent(strategy, &probes[1], UNSENT_LINK_DOWN);
    cr_assert_eq(strategy->ops->next(strategy, 2 * NS_PER_S, again, 2), 2);
    cr_expect(again[0].ttl == probes[0].ttl && again[1].ttl == probes[1].ttl);
    strategy_unsent(strategy, &again[0], UNSENT_BLOCKED);
    cr_expect_eq(strategy->ops->next(strategy, 4 * NS_PER_S, again, 2), 0);
    cr_expect(strategy->ops->done(strategy));
    strategy->ops->close(strategy);
    targets_destroy(targets);
}

/* Saved anywhere, in a round or between two, others send the same probes from there on. */
Test(flashroute, goes_on_where_it_was_saved)
{
    static const uint64_t places[] = {1, 130, 256, 257, 1000, 3000};
    struct targets *targets = some_targets("8.0.0.0/16");
    struct flashroute_options options = *(const struct flashroute_options *)strategy_flashroute.defaults;

    options.preprobe = true;
    options.round_ns = 200 * NS_PER_MS;
    for (size_t i = 0; i < COUNT(places); i++) {
        struct replay_config config = survey_of(targets);
        struct replay_outcome straight = {0}, paused = {0};

        config.options = &options;
        cr_assert_eq(replay_run(&config, &straight), 0);
        config.pause_at = places[i];
        cr_assert_eq(replay_run(&config, &paused), 0);
        cr_expect_eq(paused.digest, straight.digest, "saved after %lu", places[i]);
    }
    targets_destroy(targets);
}

Test(flashroute, refuses_the_state_of_another)
{
    struct targets *targets = some_targets("8.0.0.0/16");
    struct strategy *saver = open_with(targets, ""), *other = open_with(targets, "gap=4");
    struct saved_state state;

    cr_assert_eq(saved_state_take(&state, saver), 0);
    cr_expect_eq(saved_state_load(&state, saver), 0);
    cr_expect_eq(saved_state_load(&state, other), -ESTALE);
    for (size_t cut = 1; cut < state.size; cut += state.size / 50)
        cr_expect_lt(saved_state_load(&(struct saved_state){state.bytes, cut}, saver), 0, "%zu bytes", cut);
    saved_state_free(&state);
    saver->ops->close(saver);
    other->ops->close(other);
    targets_destroy(targets);
}
