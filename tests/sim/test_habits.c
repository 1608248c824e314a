// SPDX-License-Identifier: GPL-2.0-or-later
/* How hops of realistic worlds reply, and the routes that lead nowhere: shares, and what they keep to. */
#include "worlds.h"

enum { TARGETS = 50000, TTLS = 40 };

static struct sim_options quiet_options(void)
{
    struct sim_options options = sim_options_default();

    options.realism = "ideal";
    return options;
}

static void assert_share(unsigned part, unsigned whole, double percent, double tolerance, const char *what)
{
    double found = 100.0 * part / whole;

    cr_expect(found >= percent - tolerance && found <= percent + tolerance, "%s: %.2f %%, not %.1f", what,
              found, percent);
}

Test(habits, ideal_world_has_none)
{
    struct sim_topology world = make_world("ideal", 3);

    for (uint64_t i = 0; i < 5000; i++) {
        struct sim_hop hop = hop_at(&world, some_target(i), (uint8_t)(1 + i % TTLS));

        cr_assert_eq(hop.quotation, SIM_QUOTATION_SHORT);
        cr_assert_eq(hop.bogus, SIM_BOGUS_NOT);
        cr_assert_eq(hop.firewall, SIM_FIREWALL_NONE);
        cr_assert_eq(hop.label_count, 0);
        cr_assert_eq(hop.rewritten, 0);
        cr_assert_eq(hop.limiter, 0);
        cr_assert_eq(hop.router, hop.kind == SIM_HOP_ROUTER ? hop.address : 0);
    }
}

Test(habits, quotations_have_three_lengths)
{
    struct sim_topology world = make_world("internet", 1);
    unsigned count[3] = {0};

    for (uint64_t i = 0; i < TARGETS; i++) {
        uint8_t quotation = hop_at(&world, some_target(i), TTLS).quotation;

        count[quotation == SIM_QUOTATION_SHORT ? 0 : quotation == SIM_QUOTATION_MIDDLE ? 1 : 2]++;
        cr_assert(quotation == SIM_QUOTATION_SHORT || quotation == SIM_QUOTATION_MIDDLE ||
                  quotation == SIM_QUOTATION_LONG);
    }
    assert_share(count[0], TARGETS, 70, 1.5, "8 bytes");
    assert_share(count[1], TARGETS, 10, 1.5, "28 bytes");
    assert_share(count[2], TARGETS, 20, 1.5, "128 bytes");
}

Test(habits, bogus_routers_are_so_for_good)
{
    struct sim_options options = quiet_options();
    struct sim_topology world;
    unsigned kinds[3] = {0}, routers = 0;

    options.bogus_permille = 200;
    world = make_world_of(options);
    for (uint64_t i = 0; i < TARGETS; i++) {
        struct sim_synthetic_path path;
        uint32_t target = some_target(i);

        sim_synthetic_path(&world.synthetic, target, 0, 0, &path);
        struct sim_hop hop = hop_at(&world, target, (uint8_t)(path.trunk + 2));
        struct sim_hop again = hop_at(&world, target ^ 0xff, (uint8_t)(path.trunk + 2));

        kinds[hop.bogus]++;
        routers++;
        cr_assert_eq(hop.bogus, again.bogus);
        for (uint8_t ttl = 1; ttl <= SIM_OWN_ROUTERS; ttl++)
            cr_assert_eq(hop_at(&world, target, ttl).bogus, SIM_BOGUS_NOT);
        cr_assert_eq(hop_at(&world, target, TTLS).bogus, SIM_BOGUS_NOT);
    }
    assert_share(kinds[SIM_BOGUS_NOT], routers, 80, 1.5, "sound");
    assert_share(kinds[SIM_BOGUS_CHECKSUM], routers, 10, 1.5, "with a wrong checksum");
    assert_share(kinds[SIM_BOGUS_TRUNCATED], routers, 10, 1.5, "truncated");
}

/* From some hop on the destination is another, on the same way for a whole /24. */
static bool check_middlebox(const struct sim_topology *world, uint32_t target)
{
    uint32_t inside = SIM_INSIDE_PREFIX | (target & 0xffffff);
    bool behind = false;

    for (uint8_t ttl = 1; ttl <= TTLS; ttl++) {
        struct sim_hop hop = hop_at(world, target, ttl);

        cr_assert(hop.rewritten == 0 || hop.rewritten == inside);
        cr_assert(!behind || hop.rewritten, "rewritten back at TTL %u", ttl);
        cr_assert(!hop.rewritten || hop.distance > SIM_MIDDLEBOX_NEAREST);
        cr_assert_eq(hop_at(world, target ^ 0xff, ttl).rewritten, hop.rewritten ? inside ^ 0xff : 0);
        behind = hop.rewritten;
    }
    return behind;
}

Test(habits, middleboxes_rewrite_what_passes)
{
    struct sim_options options = quiet_options();
    struct sim_topology world;
    unsigned seen = 0, blocks = 5000;

    options.middlebox_permille = 100;
    world = make_world_of(options);
    for (uint64_t i = 0; i < blocks; i++)
        seen += check_middlebox(&world, some_target(i));
    /* Some stand farther away than the target. */
    assert_share(seen, blocks, 8.2, 1, "rewritten");
}

Test(habits, firewalls_stand_before_targets)
{
    struct sim_topology world = make_world("internet", 1);
    unsigned kinds[3] = {0};

    for (uint64_t i = 0; i < TARGETS; i++) {
        struct sim_hop hop = hop_at(&world, some_target(i), 64), near = hop_at(&world, some_target(i), 3);

        cr_assert_eq(near.firewall, SIM_FIREWALL_NONE, "of a router");
        if (hop.kind == SIM_HOP_TARGET)
            kinds[hop.firewall]++;
    }
    unsigned all = kinds[0] + kinds[1] + kinds[2];
    assert_share(kinds[SIM_FIREWALL_NONE], all, 70, 1.5, "without");
    assert_share(kinds[SIM_FIREWALL_ECHO], all, 15, 1.5, "that let Echo Requests through");
    assert_share(kinds[SIM_FIREWALL_PORTS], all, 15, 1.5, "that do not");
}

Test(habits, loops_take_turns_until_the_ttl_ends)
{
    struct sim_topology world = make_world("internet", 1);
    unsigned loops = 0;

    for (uint64_t i = 0; i < TARGETS; i++) {
        uint32_t target = some_target(i);
        struct sim_hop far = hop_at(&world, target, 64), back, again;

        if (far.kind == SIM_HOP_TARGET)
            continue;
        loops++;
        back = hop_at(&world, target, 63);
        again = hop_at(&world, target, 62);
        cr_assert_eq(far.router, again.router);
        cr_assert_neq(far.router, back.router);
        cr_assert_eq(sim_quoted_ttl(&far, 64), 1);
        cr_assert_eq(far.reply_ttl, again.reply_ttl, "replies do not go round");
        cr_assert_eq(abs(far.reply_ttl - back.reply_ttl), 1);
        cr_assert_eq(hop_at(&world, target ^ 0xff, 64).kind, SIM_HOP_ROUTER, "the whole /24");
    }
    assert_share(loops, TARGETS, 2.7, 0.3, "/24s in a loop");
}

static void check_labels(const struct sim_hop *hop)
{
    cr_assert_leq(hop->label_count, 2);
    for (unsigned i = 0; i < hop->label_count; i++) {
        uint32_t label = hop->labels[i];
        bool bottom = label >> 8 & 1;

        cr_assert_geq(label >> 12, 16, "labels below 16 are reserved (RFC 3032, section 2.1)");
        cr_assert_eq(bottom, i + 1U == hop->label_count);
        cr_assert(i ? (label & 0xff) >= 1 && (label & 0xff) <= 5 : (label & 0xff) == 1);
    }
}

Test(habits, labels_are_on_8_to_20_percent_of_replies)
{
    struct sim_topology world = make_world("internet", 1);
    unsigned replies = 0, labelled = 0, stacks = 0;

    for (uint64_t i = 0; i < TARGETS; i++) {
        struct sim_hop hop = hop_at(&world, some_target(i), (uint8_t)(1 + mix64(i) % 20));

        if (!hop.answers)
            continue;
        replies++;
        labelled += hop.label_count > 0;
        stacks += hop.label_count > 1;
        check_labels(&hop);
        cr_assert(hop.kind == SIM_HOP_ROUTER || !hop.label_count);
    }
    assert_share(labelled, replies, 14, 3, "replies with labels");
    assert_share(stacks, labelled, 12.5, 5, "stacks of two");
}

Test(habits, tunnels_are_several_routers_long)
{
    struct sim_topology world = make_world("internet", 1);
    unsigned followed = 0, first = 0;

    for (uint64_t i = 0; i < TARGETS; i++) {
        uint8_t ttl = 1 + SIM_TUNNEL_START; /* where the first stretch begins */
        struct sim_hop next = hop_at(&world, some_target(i), ttl + 1);

        if (next.kind != SIM_HOP_ROUTER || next.router >> 24 != SIM_ROLE_TRUNK ||
            !hop_at(&world, some_target(i), ttl).label_count)
            continue;
        first++;
        followed += next.label_count > 0;
    }
    cr_expect_gt(first, 0);
    cr_expect_eq(followed, first);
}

Test(habits, aliases_answer_for_their_router)
{
    struct sim_options options = quiet_options();
    struct sim_topology world;
    unsigned cores = 0, core_aliases = 0, target_aliases = 0;

    options.alias_permille = 300;
    world = make_world_of(options);
    for (uint64_t i = 0; i < TARGETS; i++) {
        uint32_t target = some_target(i);
        struct sim_hop last = hop_at(&world, target, TTLS);

        target_aliases += last.address != target;
        cr_assert(last.address == target || last.address >> 24 == SIM_ROLE_TARGET_ALIAS);
        for (uint8_t ttl = 1; ttl < last.distance; ttl++) {
            struct sim_hop hop = hop_at(&world, target, ttl);

            cores += hop.router >> 24 == SIM_ROLE_CORE;
            core_aliases += hop.address != hop.router;
            cr_assert(hop.address == hop.router ||
                      (hop.router >> 24 == SIM_ROLE_CORE && hop.address >> 24 == SIM_ROLE_CORE_ALIAS));
        }
    }
    assert_share(target_aliases, TARGETS, 30, 1, "targets");
    /* Those behind a border router with an odd number: of 1, 2, 3 and 4 none, a half, a third and a half. */
    assert_share(core_aliases, cores, 30 / 3.0, 1.5, "core routers");
}
