// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <string.h>

#include "strategy/learned_walk.h"
#include "strategy/walk_prospect.h"
#include "table.h"

enum {
    MAX_TTL = 30,
};

/* A path by who answers at each TTL from 1 on: a letter is a router, '-' nobody, '.' the target. The last one
 * answers at all further TTLs. */
struct way {
    const char *hops;
    unsigned start;
    const char *asked; /* TTLs by which it is walked, as letters: a is 1 */
};

static struct walk_knowledge make_knowledge(struct walk_commons *commons, unsigned known_links)
{
    cr_assert_eq(walk_commons_init(commons, 10000, 1), 0);
    return (struct walk_knowledge){.commons = commons,
                                   .min_ttl = 1,
                                   .max_ttl = MAX_TTL,
                                   .gap = 3,
                                   .known_links = known_links,
                                   .spending = {.budget = 30, .walks = 1000}};
}

static struct walk_event what_answers(const char *hops, unsigned ttl)
{
    size_t length = strlen(hops);
    char who = hops[(ttl < length ? ttl : length) - 1];

    if (who == '-')
        return (struct walk_event){.kind = WALK_SILENCE};
    if (who == '.')
        return (struct walk_event){.kind = WALK_END, .distance = (uint8_t)(strchr(hops, '.') - hops + 1)};
    return (struct walk_event){.kind = WALK_HOP, .responder = address_of_ipv4((uint32_t)who)};
}

/* Goes on until the walk ends; `asked` becomes the TTLs in their order, from `ttl` on. */
static void go_on(struct walk_knowledge *knowledge, struct walk *walk, unsigned ttl, const char *hops,
                  char asked[100])
{
    unsigned count = 0;

    while (ttl && count < 99) {
        asked[count++] = (char)('a' + ttl - 1);
        struct walk_event event = what_answers(hops, ttl);
        ttl = walk_go_on(knowledge, walk, &event);
        walk_value_fold(&knowledge->commons->value, &knowledge->sums);
    }
    asked[count] = '\0';
}

/* Walks; `asked` becomes the TTLs in their order. Returns the distance. */
static unsigned walk_all(struct walk_knowledge *knowledge, const char *hops, unsigned start, char asked[100])
{
    struct walk walk;

    go_on(knowledge, &walk, walk_begin(knowledge, &walk, 0, start), hops, asked);
    return walk.distance;
}

/* Three silent hops end the way forward, two known links in a row the way back. */
Test(learned_walk, the_fixed_rule)
{
    static const struct way ways[] = {
        {"ABCDEF----", 4, "defghicba"}, /* all new: to both ends */
        {"ABCDEF----", 4, "defghicb"},  /* all known */
        {"ABCDXY----", 8, "hgfiedcb"},  /* from behind its end: silence counts */
        {"ABCDXY----", 6, "fghied"},    {"AB-DZ-----", 5, "efghdcba"}, /* silence within */
        {"ABCD.", 12, "ldecb"}, /* what comes back from the target says how far it is */
        {"ABCD.", 2, "bcdea"},          {"----------", 3, "cba"},
    };
    struct walk_commons commons;
    struct walk_knowledge knowledge = make_knowledge(&commons, 2);
    char asked[100];

    for (size_t i = 0; i < COUNT(ways); i++) {
        walk_all(&knowledge, ways[i].hops, ways[i].start, asked);
        cr_expect_str_eq(asked, ways[i].asked, "%zu: %s", i, asked);
    }
    walk_commons_free(&commons);
}

Test(learned_walk, a_loop_ends_the_way_forward)
{
    struct walk_commons commons;
    struct walk_knowledge knowledge = make_knowledge(&commons, 2);
    char asked[100];

    unsigned distance = walk_all(&knowledge, "ABCDXYXYXYXYXYXYXYXYXYXYXYXYXYXYXYXY", 3, asked);
    cr_expect_str_eq(asked, "cdefghba", "%s", asked);
    cr_expect_eq(distance, 6, "what comes round again is no distance");
    walk_commons_free(&commons);
}

/* A thousand paths through the same routers, each to one of its own: in the end two probes each, the new hop
 * and the link before it, and now and then one beyond. */
Test(learned_walk, learns_where_there_is_nothing_new)
{
    struct walk_commons commons;
    struct walk_knowledge knowledge = make_knowledge(&commons, 0);
    char asked[100];
    unsigned sent = 0;

    commons.value.price = 0.3;
    for (unsigned i = 0; i < 2000; i++) {
        walk_all(&knowledge, "ABCDEFGH-----", 8, asked);
        sent += i < 1000 ? 0 : (unsigned)strlen(asked);
    }
    cr_expect_leq(sent, 1100, "%u probes for a thousand paths of which all is known", sent);
    walk_commons_free(&commons);
}

Test(learned_walk, goes_on_where_there_always_is_something_new)
{
    struct walk_commons commons;
    struct walk_knowledge knowledge = make_knowledge(&commons, 0);
    struct walk walk;
    unsigned sent = 0;

    commons.value.price = 0.3;
    for (uint32_t i = 0; i < 60; i++)
        for (unsigned ttl = walk_begin(&knowledge, &walk, i, 10); ttl; sent++) {
            struct walk_event event = {WALK_SILENCE, 0, address_of_ipv4(i << 8 | ttl)};

            if (ttl <= 10)
                event.kind = WALK_HOP;
            ttl = walk_go_on(&knowledge, &walk, &event);
        }
    cr_expect_geq(sent, 60 * 10);
    walk_commons_free(&commons);
}

/* A hop that was seen may be lost: the first two times that ends the walk, and no silent hop is made of it. */
Test(learned_walk, one_lost_answer_is_no_silent_hop)
{
    struct walk_commons commons;
    struct walk_knowledge knowledge = make_knowledge(&commons, 0);
    char asked[100];

    commons.value.price = 0.01;
    walk_all(&knowledge, "ABCDEFGH-----", 8, asked);
    uint32_t nodes = commons.nodes.count;
    walk_all(&knowledge, "ABCDEF-H-----", 8, asked);
    walk_all(&knowledge, "ABCDEF-H-----", 8, asked);
    cr_expect_eq(asked[strlen(asked) - 1], 'g');
    cr_expect_eq(commons.nodes.count, nodes);
    walk_all(&knowledge, "ABCDEF-H-----", 8, asked);
    cr_expect_gt(commons.nodes.count, nodes);
    cr_expect_neq(asked[strlen(asked) - 1], 'g', "%s", asked);
    walk_commons_free(&commons);
}

/* Who answers a tenth of what he is asked is no silent hop, however often he is silent: he is asked once more, later,
 * which costs nobody's budget, and he is told of. */
Test(learned_walk, who_is_limited_is_no_silent_hop)
{
    struct walk_commons commons;
    struct walk_knowledge knowledge = make_knowledge(&commons, 0);
    struct limited_hop limited;
    char asked[100];
    bool is_new;

    commons.value.price = 0.01;
    for (int i = 0; i < 10; i++) {
        walk_all(&knowledge, "ABCDEFGH-----", 8, asked);
        for (int k = 0; k < 9; k++)
            walk_all(&knowledge, "ABCDEF-H-----", 8, asked);
    }
    uint32_t hop = hop_nodes_meet(&commons.nodes, address_of_ipv4('H'), &is_new), nodes = commons.nodes.count;
    unsigned times = hop_nodes_look(&commons.nodes, hop).asked;
    uint64_t excused = knowledge.spending.excused;
    commons.value.price = 0.0001; /* by which it pays to ask him all the same */
    for (int i = 0; i < 10; i++)
        walk_all(&knowledge, "ABCDEF-H-----", 8, asked);
    cr_expect_str_eq(asked + strlen(asked) - 2, "gg", "%s", asked);
    cr_expect_eq(hop_nodes_look(&commons.nodes, hop).asked, times, "silence told nothing");
    cr_expect_eq(commons.nodes.count, nodes);
    cr_expect_eq(knowledge.spending.excused, excused + 20);
    cr_assert_eq(limited_hops_worst(&commons.limited, &limited, 1), 1);
    cr_expect(address_equal(limited.responder, address_of_ipv4('G')));
    cr_expect_gt(limited.asked, 4 * limited.answered);
    walk_commons_free(&commons);
}

/* Whether the hop before `H` is asked for once more, after two walks have found it there, and forty have asked for it from
 * elsewhere, of which one in `every` was answered. */
static bool is_asked_again(unsigned every)
{
    struct walk_commons commons;
    struct walk_knowledge knowledge = make_knowledge(&commons, 0);
    char asked[100];

    commons.value.price = 0.0001;
    walk_all(&knowledge, "ABCDEFGH-----", 8, asked);
    walk_all(&knowledge, "ABCDEFGH-----", 8, asked);
    for (unsigned i = 0; i < 40; i++)
        walk_all(&knowledge, i % every ? "ABCDEF-X-----" : "ABCDEFGX-----", 8, asked);
    commons.value.price = 0.05;
    walk_all(&knowledge, "ABCDEFGH-----", 8, asked);
    walk_commons_free(&commons);
    return strchr(asked, 'g');
}

/* The less somebody answers, the less it pays to ask him for what is known already. */
Test(learned_walk, who_is_limited_is_spared_where_he_is_known)
{
    cr_expect(is_asked_again(1));
    cr_expect_not(is_asked_again(10));
}

/* What is before silent hops says nothing of what is before interfaces. */
Test(learned_walk, silent_hops_are_learnt_apart)
{
    struct walk_commons commons;
    struct walk_knowledge knowledge = make_knowledge(&commons, 0);
    const struct walk_value *value = &commons.value;
    const struct hop_node fresh = {0};
    char asked[100];
    char hops[] = "ABC--F------";

    commons.value.price = 0.0001;
    for (char last = 'F'; last < 'Z'; last++) {
        hops[5] = last;
        walk_all(&knowledge, hops, 6, asked);
    }
    cr_expect_lt(walk_value_backward(value, VALUE_FROM_SILENT, fresh, 0).gain,
                 walk_value_backward(value, VALUE_FROM_LONE, fresh, 0).gain);
    cr_expect_eq(walk_value_backward(value, VALUE_FROM_LINKED, fresh, 0).gain, 1, "nobody was met there");
    walk_commons_free(&commons);
}

static uint32_t node_of(struct walk_commons *commons, char who)
{
    bool is_new;

    return hop_nodes_meet(&commons->nodes, address_of_ipv4((uint32_t)who), &is_new);
}

/* A walk past a silent hop is over. The hop is probed again: in vain, then it answers, and from there on the rule decides
 * as always. The price is such that nothing known is probed again. */
Test(learned_walk, a_silent_hop_is_probed_again)
{
    struct walk_commons commons;
    struct walk_knowledge knowledge = make_knowledge(&commons, 0);
    struct walk walk;
    char asked[100];

    walk_all(&knowledge, "ABC-E----", 5, asked);
    uint32_t e = node_of(&commons, 'E');
    uint64_t found = knowledge.spending.found;
    go_on(&knowledge, &walk, walk_look_again(&knowledge, &walk, 0, e, 5), "ABC-E----", asked);
    cr_expect_str_eq(asked, "d");
    cr_expect_eq(hop_nodes_before(&commons.nodes, e), 0);
    cr_expect_eq(knowledge.spending.found, found);
    commons.value.price = 10;
    go_on(&knowledge, &walk, walk_look_again(&knowledge, &walk, 0, e, 5), "ABCDE----", asked);
    cr_expect_str_eq(asked, "d");
    cr_expect_eq(hop_nodes_before(&commons.nodes, e), node_of(&commons, 'D'));
    cr_expect_eq(knowledge.spending.found, found + 2, "an interface and a link");
    walk_commons_free(&commons);
}

/* Before a target the hop and the target are probed, since their link is not known. */
Test(learned_walk, the_hop_before_an_end_is_probed_again)
{
    struct walk_commons commons;
    struct walk_knowledge knowledge = make_knowledge(&commons, 0);
    struct walk walk;
    char asked[100];

    walk_all(&knowledge, "ABC-.", 5, asked);
    unsigned ttl = walk_look_again(&knowledge, &walk, 0, 0, 5);
    walk.reached = true;
    walk.distance = 5;
    commons.value.price = 10;
    go_on(&knowledge, &walk, ttl, "ABCD.", asked);
    cr_expect_str_eq(asked, "de", "%s", asked);
    cr_expect_eq(walk.gap, 0);
    walk_commons_free(&commons);
}

/* An answer of a limited hop seldom shows another link than the known one, which says nothing of other hops. */
Test(learned_walk, limited_hops_are_learnt_apart)
{
    const struct hop_node fresh = {0};
    struct walk_commons commons;
    struct walk_knowledge knowledge = make_knowledge(&commons, 0);
    char asked[100];

    walk_all(&knowledge, "ABCDEFGH-----", 8, asked);
    uint32_t g = node_of(&commons, 'G'), h = node_of(&commons, 'H');
    cr_expect_eq(prospect_start(&commons, h), VALUE_FROM_LINKED);
    while (!hop_node_is_limited(hop_nodes_look(&commons.nodes, g)))
        hop_nodes_change(&commons.nodes, g, hop_node_hear, false);
    cr_expect_eq(prospect_start(&commons, h), VALUE_FROM_LIMITED);

    double before = walk_value_backward(&commons.value, VALUE_FROM_LINKED, fresh, 0).gain;
    for (unsigned i = 0; i < 100; i++)
        value_learn_backward(&knowledge.sums, VALUE_FROM_LIMITED, fresh, 0, 0, (struct prospect){0, 0});
    walk_value_fold(&commons.value, &knowledge.sums);
    cr_expect_eq(walk_value_backward(&commons.value, VALUE_FROM_LINKED, fresh, 0).gain, before);
    cr_expect_lt(walk_value_backward(&commons.value, VALUE_FROM_LIMITED, fresh, 0).gain, before / 2);
    walk_commons_free(&commons);
}

/* Where one hole of ten answers at one TTL, and none at another, the latter are not probed again. */
Test(learned_walk, holes_are_learnt_by_their_ttl)
{
    struct walk_commons commons;
    struct walk_knowledge knowledge = make_knowledge(&commons, 0);
    struct walk_value *value = &commons.value;

    value->base_price = 0.02;
    cr_expect(walk_value_pays_again(value, VALUE_BEFORE_LONE, 4));
    cr_expect(walk_value_pays_again(value, VALUE_BEFORE_LONE, 12));
    for (unsigned i = 0; i < 1000; i++) {
        value_learn_again(&knowledge.sums, VALUE_BEFORE_LONE, 4, i % 10 == 0, (struct prospect){0, 0});
        value_learn_again(&knowledge.sums, VALUE_BEFORE_LONE, 12, 0, (struct prospect){0, 0});
        walk_value_fold(value, &knowledge.sums);
    }
    cr_expect(walk_value_pays_again(value, VALUE_BEFORE_LONE, 4));
    cr_expect_not(walk_value_pays_again(value, VALUE_BEFORE_LONE, 12));
    walk_commons_free(&commons);
}
