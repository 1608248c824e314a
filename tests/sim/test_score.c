// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>

#include "addresses.h"
#include "sim/score.h"

enum {
    TARGET = 0x08080807,
    OTHER = 0x08080907,
    A = 0xf0000001,
    B = 0xf0000002,
    C = 0xf0000003,
    D = 0xf0000004,
};

/* Numbers instead of names: {responder, target, flow, ttl, type, flags}. */
struct reply {
    uint32_t responder, target;
    uint16_t flow;
    uint8_t ttl, type, flags;
};

static void add_replies(struct score *score, const struct reply *replies, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct record record = {.responder = IPV4(replies[i].responder),
                                .target_address = IPV4(replies[i].target),
                                .flow = replies[i].flow,
                                .probe_ttl = replies[i].ttl,
                                .icmp_type = replies[i].type,
                                .flags = replies[i].flags};
        cr_assert_eq(score_add_record(score, &record), 0);
    }
    cr_assert_eq(score_find_links(score), 0);
}

#define REPLIES(...)                                                                                         \
    (const struct reply[]){__VA_ARGS__}, sizeof((const struct reply[]){__VA_ARGS__}) / sizeof(struct reply)

static void expect_found(const struct score *score, enum score_kind kind, const uint64_t *keys, size_t count)
{
    cr_expect_eq(score->things[kind].found.count, count, "%zu found, %zu expected",
                 score->things[kind].found.count, count);
    for (size_t i = 0; i < count; i++)
        cr_expect(u64_set_contains(&score->things[kind].found, keys[i]), "%lx", (unsigned long)keys[i]);
}

#define KEYS(...) (const uint64_t[]){__VA_ARGS__}, sizeof((const uint64_t[]){__VA_ARGS__}) / sizeof(uint64_t)

Test(score, path_has_interfaces_and_links)
{
    struct score score = {0};

    add_replies(&score,
                REPLIES({C, TARGET, 0, 3, 11, 0}, {A, TARGET, 0, 1, 11, 0}, {B, TARGET, 0, 2, 11, 0}));
    expect_found(&score, SCORE_INTERFACE, KEYS(A, B, C));
    expect_found(&score, SCORE_LINK, KEYS(score_link(A, B), score_link(B, C)));
    expect_found(&score, SCORE_TARGET, NULL, 0);
    score_free(&score);
}

Test(score, target_that_answers_ends_a_link_and_is_no_interface)
{
    struct score score = {0};

    add_replies(&score, REPLIES({A, TARGET, 0, 1, 11, 0}, {TARGET, TARGET, 0, 2, 3, 0},
                                {TARGET, TARGET, 0, 3, 3, 0}));
    expect_found(&score, SCORE_INTERFACE, KEYS(A));
    expect_found(&score, SCORE_LINK, KEYS(score_link(A, TARGET)));
    expect_found(&score, SCORE_TARGET, KEYS(TARGET));
    score_free(&score);
}

Test(score, silent_hop_breaks_the_link)
{
    struct score score = {0};

    add_replies(&score, REPLIES({A, TARGET, 0, 1, 11, 0}, {C, TARGET, 0, 3, 11, 0}));
    expect_found(&score, SCORE_LINK, NULL, 0);
    score_free(&score);
}

Test(score, links_stay_within_one_target_and_flow)
{
    struct score score = {0};

    add_replies(&score, REPLIES({A, TARGET, 0, 1, 11, 0}, {B, TARGET, 1, 2, 11, 0}, {C, OTHER, 0, 2, 11, 0},
                                {A, TARGET, 0, 255, 11, 0}, {D, TARGET, 1, 0, 11, 0}));
    expect_found(&score, SCORE_LINK, NULL, 0);
    score_free(&score);
}

Test(score, router_that_answers_twice_is_no_link)
{
    struct score score = {0};

    add_replies(&score, REPLIES({A, TARGET, 0, 1, 11, 0}, {A, TARGET, 0, 2, 11, 0}));
    expect_found(&score, SCORE_LINK, NULL, 0);
    score_free(&score);
}

Test(score, several_responders_at_one_place_all_count)
{
    struct score score = {0};

    add_replies(&score, REPLIES({A, TARGET, 0, 1, 11, 0}, {B, TARGET, 0, 1, 11, 0}, {C, TARGET, 0, 2, 11, 0},
                                {D, TARGET, 0, 2, 11, RECORD_LATE}, {D, TARGET, 0, 2, 11, 0}));
    expect_found(&score, SCORE_LINK,
                 KEYS(score_link(A, C), score_link(A, D), score_link(B, C), score_link(B, D)));
    score_free(&score);
}

/* Nobody knows of the second answer to a probe whether its sender is on the way: no map has it. */
Test(score, duplicates_are_left_out)
{
    struct score score = {0};

    add_replies(&score, REPLIES({A, TARGET, 0, 1, 11, 0}, {B, TARGET, 0, 1, 11, RECORD_DUPLICATE},
                                {C, TARGET, 0, 2, 11, 0}, {TARGET, TARGET, 0, 2, 3, RECORD_DUPLICATE}));
    expect_found(&score, SCORE_INTERFACE, KEYS(A, C));
    expect_found(&score, SCORE_LINK, KEYS(score_link(A, C)));
    expect_found(&score, SCORE_TARGET, NULL, 0);
    score_free(&score);
}

Test(score, rewritten_replies_are_left_out)
{
    struct score score = {0};

    add_replies(&score, REPLIES({A, TARGET, 0, 1, 11, 0}, {B, TARGET, 0, 2, 11, RECORD_REWRITTEN},
                                {TARGET, TARGET, 0, 3, 3, RECORD_REWRITTEN | RECORD_LATE}));
    expect_found(&score, SCORE_INTERFACE, KEYS(A));
    expect_found(&score, SCORE_LINK, NULL, 0);
    expect_found(&score, SCORE_TARGET, NULL, 0);
    score_free(&score);
}

/* A firewall's "administratively prohibited" comes from neither a hop nor the target, and so do a Parameter
 * Problem and the word of whoever puts fragments together. */
Test(score, errors_of_somebody_else_are_nothing)
{
    const struct record fragments = {.responder = IPV4(D),
                                     .target_address = IPV4(TARGET),
                                     .probe_ttl = 2,
                                     .icmp_type = 11,
                                     .icmp_code = 1};
    struct score score = {0};

    cr_assert_eq(score_add_record(&score, &fragments), 0);
    add_replies(&score, REPLIES({A, TARGET, 0, 1, 11, 0}, {B, TARGET, 0, 2, 3, 0}, {C, TARGET, 0, 2, 12, 0}));
    expect_found(&score, SCORE_INTERFACE, KEYS(A));
    expect_found(&score, SCORE_LINK, NULL, 0);
    expect_found(&score, SCORE_TARGET, NULL, 0);
    score_free(&score);
}

Test(score, nothing_at_all_is_complete_and_true)
{
    struct score score = {0};

    add_replies(&score, NULL, 0);
    for (enum score_kind kind = 0; kind < SCORE_KINDS; kind++) {
        struct score_result result = score_result(&score, kind);

        cr_expect_eq(result.visible + result.found, 0);
        cr_expect_eq(result.recall, 1.0);
        cr_expect_eq(result.precision, 1.0);
    }
    score_free(&score);
}

/* Found: A, B and C. True: A, B (hidden) and D. So half of {A, D} is found, and two thirds of {A, B, C} are
 * true. */
static void make_mixed(struct score *score)
{
    add_replies(score, REPLIES({A, TARGET, 0, 1, 11, 0}, {B, OTHER, 0, 1, 11, 0}, {C, OTHER, 0, 9, 11, 0}));
    cr_assert_eq(score_add_truth(score, SCORE_INTERFACE, A, true), 0);
    cr_assert_eq(score_add_truth(score, SCORE_INTERFACE, B, false), 0);
    cr_assert_eq(score_add_truth(score, SCORE_INTERFACE, D, true), 0);
    cr_assert_eq(score_add_truth(score, SCORE_INTERFACE, D, true), 0);
}

Test(score, recall_counts_the_visible_and_precision_the_true)
{
    struct score score = {0};

    make_mixed(&score);
    struct score_result result = score_result(&score, SCORE_INTERFACE);
    cr_expect_eq(result.visible, 2);
    cr_expect_eq(result.found, 3);
    cr_expect_float_eq(result.recall, 1.0 / 2, 1e-12);
    cr_expect_float_eq(result.precision, 2.0 / 3, 1e-12);
    score_free(&score);
}

Test(score, missed_and_false_things_are_listed)
{
    struct score score = {0};
    uint64_t keys[4];

    make_mixed(&score);
    cr_expect_eq(score_missed(&score, SCORE_INTERFACE, keys, 4), 1);
    cr_expect_eq(keys[0], D);
    cr_expect_eq(score_false(&score, SCORE_INTERFACE, keys, 4), 1);
    cr_expect_eq(keys[0], C);
    cr_expect_eq(score_missed(&score, SCORE_INTERFACE, keys, 0), 0);
    cr_expect_eq(score_missed(&score, SCORE_LINK, keys, 4), 0);
    score_free(&score);
}
