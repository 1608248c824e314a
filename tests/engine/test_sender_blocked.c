// SPDX-License-Identifier: GPL-2.0-or-later
/* Probes that are not to be sent. */
#include <criterion/criterion.h>
#include <math.h>

#include "addresses.h"
#include "base/clock.h"
#include "engine/sender_fixture.h"
#include "table.h"

/* The blocklist 0.0.0.0/25: probes 0 … 127, then 256 … 383 pass it or not by their numbers. */
static const struct {
    const char *blocklist;
    uint32_t probes, blocked;
} blocklists[] = {
    {"1.2.3.4", 1000, 0},
    {"0.0.0.0/25", 1000, 128},
    {"0.0.0.0/24 0.0.2.0/24", 1000, 512},
    {"0.0.0.0/16", 1000, 1000},
    {"0.0.3.231", 1000, 1},
    {"0.0.0.0", 1000, 1},
    {"0.0.0.64/26", 128, 64},
    {"0.0.0.0/26", 64, 64},
    {"0.0.0.0/26", 65, 64},
    {"0.0.0.0/31 0.0.0.62/31", 64, 4},
};

Test(sender_blocked, blocked_probes_are_counted_and_not_sent)
{
    for (size_t i = 0; i < COUNT(blocklists); i++) {
        struct sender_fixture *fixture = sender_fixture_start(blocklists[i].probes, INFINITY);
        struct address_set *set = sender_fixture_blocklist(blocklists[i].blocklist);
        uint32_t at = 0;

        fixture->sender.blocklist = set;
        sender_fixture_run(fixture, 0);
        cr_expect_eq(sender_fixture_generated(fixture), blocklists[i].probes, "%s", blocklists[i].blocklist);
        cr_expect_eq(sender_fixture_blocked(fixture), blocklists[i].blocked, "%s", blocklists[i].blocklist);
        for (uint32_t probe = 0; probe < blocklists[i].probes; probe++)
            if (!address_set_contains(set, IPV4(probe)))
                cr_assert_eq(fixture->tx.targets[at++], probe, "%s", blocklists[i].blocklist);
        cr_expect_eq(fixture->tx.count, at);
        address_set_destroy(set);
    }
}

/* Another list while probes wait for their time: none of those on it leaves afterwards, one that is on the list
 * before alone does, and each counts once. */
Test(sender_blocked, another_blocklist_holds_for_what_was_chosen_too)
{
    for (uint32_t sent = 0; sent < 3 * SENDER_BATCH; sent += 7) {
        struct sender_fixture *fixture = sender_fixture_start(1000, 1);
        struct address_set *before = sender_fixture_blocklist("0.0.1.0/25"),
                           *after = sender_fixture_blocklist("0.0.0.0/24");
        uint64_t now = (uint64_t)sent * NS_PER_S;

        fixture->sender.blocklist = before;
        for (uint64_t t = 0; t <= now; t += NS_PER_S)
            sender_fixture_run_while_busy(fixture, t);
        uint32_t at = fixture->tx.count;
        sender_leave_out(&fixture->sender, after);
        address_set_destroy(before);
        cr_assert_eq(sender_fixture_generated(fixture), at + sender_fixture_blocked(fixture));
        sender_fixture_run(fixture, now);
        cr_expect_eq(sender_fixture_generated(fixture), 1000);
        cr_expect_eq(sender_fixture_blocked(fixture), 256 - at, "after %u", sent);
        for (uint32_t i = at; i < fixture->tx.count; i++)
            cr_assert_eq(fixture->tx.targets[i], 256 + i - at);
        address_set_destroy(after);
    }
}

Test(sender_blocked, a_blocklist_may_go)
{
    struct sender_fixture *fixture = sender_fixture_start(100, INFINITY);
    struct address_set *set = sender_fixture_blocklist("0.0.0.0/8");

    fixture->sender.blocklist = set;
    sender_leave_out(&fixture->sender, NULL);
    address_set_destroy(set);
    sender_fixture_run(fixture, 0);
    sender_fixture_expect_all(fixture, 100);
}

/* What is blocked is not counted twice. */
Test(sender_blocked, probes_to_where_no_way_leads_are_counted_and_not_sent)
{
    struct sender_fixture *fixture = sender_fixture_start(1000, INFINITY);
    struct address_set *blocklist = sender_fixture_blocklist("0.0.0.0/25"),
                       *withheld = sender_fixture_blocklist("0.0.0.64/26 0.0.1.0/24");

    fixture->sender.blocklist = blocklist;
    fixture->sender.withheld = withheld;
    for (int i = 0; i < SENDER_FIXTURE_MOST && sender_step(&fixture->sender, 0) != SENDER_DONE; i++)
        continue;
    cr_expect_eq(sender_fixture_generated(fixture), 1000);
    cr_expect_eq(sender_fixture_blocked(fixture), 128);
    cr_expect_eq(counter_read(&fixture->sender.counters.no_way), 256);
    cr_expect_eq(fixture->tx.count, 1000 - 128 - 256);
    cr_expect_eq(fixture->tx.targets[0], 128);
    cr_expect_eq(fixture->tx.targets[128], 512);
    address_set_destroy(blocklist);
    address_set_destroy(withheld);
}

/* At a given rate probes leave, not numbers that were drawn and blocked. */
Test(sender_blocked, blocked_probes_consume_no_rate)
{
    struct sender_fixture *fixture = sender_fixture_start(1000, 1000);
    struct address_set *set = sender_fixture_blocklist("0.0.0.0/24 0.0.2.0/25");

    fixture->sender.blocklist = set;
    sender_fixture_run(fixture, 0);
    cr_assert_eq(fixture->tx.count, 1000 - 384);
    for (uint32_t i = 0; i < fixture->tx.count; i++)
        cr_assert_eq(fixture->tx.times[i], i * NS_PER_MS);
    address_set_destroy(set);
}

/* Stopped anywhere: what was chosen and not handed over counts nowhere. */
