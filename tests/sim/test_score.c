// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>

#include "addresses.h"
#include "sim/score.h"
#include "table.h"

enum {
    TARGET = 0x08080807,
    OTHER = 0x08080907,
    A = 0xf0000001,
    B = 0xf0000002,
    C = 0xf0000003,
    D = 0xf0000004,
};

/* Numbers instead of names: {responder, target, flow, ttl, type, flags}. In IPv6 each has the number as the end
 * of its address, and types are those that mean the same. */
struct reply {
    uint32_t responder, target;
    uint16_t flow;
    uint8_t ttl, type, flags;
};

static struct address address_of(enum address_family family, uint32_t number)
{
    return family == FAMILY_IPV4 ? IPV4(number) : IPV6(0x20010db800000000, number);
}

static uint8_t type_of(enum address_family family, uint8_t type)
{
    static const uint8_t icmp6[] = {[3] = 1, [11] = 3, [12] = 4};

    return family == FAMILY_IPV4 ? type : icmp6[type];
}

static void add_replies_of(struct score *score, enum address_family family, const struct reply *replies,
                           size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct record record = {.responder = address_of(family, replies[i].responder),
                                .target_address = address_of(family, replies[i].target),
                                .flow = replies[i].flow,
                                .probe_ttl = replies[i].ttl,
                                .icmp_type = type_of(family, replies[i].type),
                                .flags = replies[i].flags};
        cr_assert_eq(score_add_record(score, &record), 0);
    }
}

/* The same in both families, mixed. */
static void add_replies(struct score *score, const struct reply *replies, size_t count)
{
    add_replies_of(score, FAMILY_IPV6, replies, count);
    add_replies_of(score, FAMILY_IPV4, replies, count);
    cr_assert_eq(score_find_links(score), 0);
}

#define REPLIES(...)                                                                                         \
    (const struct reply[]){__VA_ARGS__}, sizeof((const struct reply[]){__VA_ARGS__}) / sizeof(struct reply)

/* Names of links have that of the near end in the upper half. */
static struct score_thing thing_of(enum address_family family, uint64_t name)
{
    return (struct score_thing){.address = address_of(family, (uint32_t)name),
                                .from = address_of(family, name >> 32)};
}

static bool is_among(const struct score_thing *things, size_t count, enum score_kind kind,
                     struct score_thing thing)
{
    for (size_t i = 0; i < count; i++)
        if (address_equal(things[i].address, thing.address) &&
            (kind != SCORE_LINK || address_equal(things[i].from, thing.from)))
            return true;
    return false;
}

static void expect_found(const struct score *score, enum score_kind kind, const uint64_t *names, size_t count)
{
    struct score_thing found[32]; /* nothing is true here */
    size_t found_count = score_false(score, kind, found, COUNT(found));

    cr_expect_eq(found_count, 2 * count, "%zu found, %zu expected", found_count, 2 * count);
    for (size_t i = 0; i < count; i++) {
        cr_expect(is_among(found, found_count, kind, thing_of(FAMILY_IPV4, names[i])), "%zu", i);
        cr_expect(is_among(found, found_count, kind, thing_of(FAMILY_IPV6, names[i])), "%zu", i);
    }
}

#define LINK(from, to) ((uint64_t)(from) << 32 | (to))
#define NAMES(...)     (const uint64_t[]){__VA_ARGS__}, sizeof((const uint64_t[]){__VA_ARGS__}) / sizeof(uint64_t)

Test(score, path_has_interfaces_and_links)
{
    struct score score = {0};

    add_replies(&score,
                REPLIES({C, TARGET, 0, 3, 11, 0}, {A, TARGET, 0, 1, 11, 0}, {B, TARGET, 0, 2, 11, 0}));
    expect_found(&score, SCORE_INTERFACE, NAMES(A, B, C));
    expect_found(&score, SCORE_LINK, NAMES(LINK(A, B), LINK(B, C)));
    expect_found(&score, SCORE_TARGET, NULL, 0);
    score_free(&score);
}

Test(score, target_that_answers_ends_a_link_and_is_no_interface)
{
    struct score score = {0};

    add_replies(&score, REPLIES({A, TARGET, 0, 1, 11, 0}, {TARGET, TARGET, 0, 2, 3, 0},
                                {TARGET, TARGET, 0, 3, 3, 0}));
    expect_found(&score, SCORE_INTERFACE, NAMES(A));
    expect_found(&score, SCORE_LINK, NAMES(LINK(A, TARGET)));
    expect_found(&score, SCORE_TARGET, NAMES(TARGET));
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
    expect_found(&score, SCORE_LINK, NAMES(LINK(A, C), LINK(A, D), LINK(B, C), LINK(B, D)));
    score_free(&score);
}

/* Nobody knows of the second answer to a probe whether its sender is on the way: no map has it. */
Test(score, duplicates_are_left_out)
{
    struct score score = {0};

    add_replies(&score, REPLIES({A, TARGET, 0, 1, 11, 0}, {B, TARGET, 0, 1, 11, RECORD_DUPLICATE},
                                {C, TARGET, 0, 2, 11, 0}, {TARGET, TARGET, 0, 2, 3, RECORD_DUPLICATE}));
    expect_found(&score, SCORE_INTERFACE, NAMES(A, C));
    expect_found(&score, SCORE_LINK, NAMES(LINK(A, C)));
    expect_found(&score, SCORE_TARGET, NULL, 0);
    score_free(&score);
}

Test(score, rewritten_replies_are_left_out)
{
    struct score score = {0};

    add_replies(&score, REPLIES({A, TARGET, 0, 1, 11, 0}, {B, TARGET, 0, 2, 11, RECORD_REWRITTEN},
                                {TARGET, TARGET, 0, 3, 3, RECORD_REWRITTEN | RECORD_LATE}));
    expect_found(&score, SCORE_INTERFACE, NAMES(A));
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
    expect_found(&score, SCORE_INTERFACE, NAMES(A));
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
    static const struct {
        uint64_t name;
        bool visible;
    } truth[] = {{A, true}, {B, false}, {D, true}, {D, true}};

    add_replies(score, REPLIES({A, TARGET, 0, 1, 11, 0}, {B, OTHER, 0, 1, 11, 0}, {C, OTHER, 0, 9, 11, 0}));
    for (size_t i = 0; i < COUNT(truth); i++) {
        struct score_thing ipv4 = thing_of(FAMILY_IPV4, truth[i].name);
        struct score_thing ipv6 = thing_of(FAMILY_IPV6, truth[i].name);

        cr_assert_eq(score_add_truth(score, SCORE_INTERFACE, ipv4, truth[i].visible), 0);
        cr_assert_eq(score_add_truth(score, SCORE_INTERFACE, ipv6, truth[i].visible), 0);
    }
}

Test(score, recall_counts_the_visible_and_precision_the_true)
{
    struct score score = {0};

    make_mixed(&score);
    struct score_result result = score_result(&score, SCORE_INTERFACE);
    cr_expect_eq(result.visible, 4);
    cr_expect_eq(result.found, 6);
    cr_expect_float_eq(result.recall, 1.0 / 2, 1e-12);
    cr_expect_float_eq(result.precision, 2.0 / 3, 1e-12);
    score_free(&score);
}

Test(score, missed_and_false_things_are_listed)
{
    struct score score = {0};
    struct score_thing things[4];

    make_mixed(&score);
    cr_expect_eq(score_missed(&score, SCORE_INTERFACE, things, 4), 2);
    cr_expect(is_among(things, 2, SCORE_INTERFACE, thing_of(FAMILY_IPV4, D)));
    cr_expect(is_among(things, 2, SCORE_INTERFACE, thing_of(FAMILY_IPV6, D)));
    cr_expect_eq(score_false(&score, SCORE_INTERFACE, things, 4), 2);
    cr_expect(is_among(things, 2, SCORE_INTERFACE, thing_of(FAMILY_IPV4, C)));
    cr_expect(is_among(things, 2, SCORE_INTERFACE, thing_of(FAMILY_IPV6, C)));
    cr_expect_eq(score_missed(&score, SCORE_INTERFACE, things, 0), 0);
    cr_expect_eq(score_missed(&score, SCORE_LINK, things, 4), 0);
    score_free(&score);
}
