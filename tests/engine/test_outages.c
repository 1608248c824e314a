// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/outages.h"

#include <criterion/criterion.h>

#include "table.h"

struct step {
    uint64_t now_ns;
    struct link_look look; /* condition, losses of carrier, probes sent */
    enum outage_news news;
};

static void walk(struct outages *outages, const struct step *steps, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        enum outage_news news = i ? outages_note(outages, &steps[i].look, steps[i].now_ns)
                                  : outages_start(outages, &steps[i].look, steps[i].now_ns);

        cr_assert_eq(news, steps[i].news, "step %zu: %d", i, news);
    }
}

static void expect_last(const struct outages *outages, struct outage expected)
{
    cr_expect_eq(outages->last.start_ns, expected.start_ns);
    cr_expect_eq(outages->last.end_ns, expected.end_ns);
    cr_expect_eq(outages->last.why, expected.why);
    cr_expect_eq(outages->last.sent, expected.sent);
}

Test(outages, a_link_that_stays_is_no_news)
{
    const struct step steps[] = {
        {100, {LINK_READY, 3, 0}, OUTAGE_NO_NEWS},
        {200, {LINK_READY, 3, 10}, OUTAGE_NO_NEWS},
        {300, {LINK_READY, 3, 20}, OUTAGE_NO_NEWS},
    };
    struct outages outages;

    walk(&outages, steps, COUNT(steps));
    outages_end(&outages, 20, 400);
    cr_expect_eq(outages.count, 0);
}

/* It lasts from the last look that found the link ready, with what left from then on. */
Test(outages, an_outage_begins_with_the_last_good_look)
{
    const struct step steps[] = {
        {100, {LINK_READY, 3, 0}, OUTAGE_NO_NEWS},     {200, {LINK_READY, 3, 10}, OUTAGE_NO_NEWS},
        {300, {LINK_NO_CARRIER, 4, 15}, OUTAGE_BEGAN}, {400, {LINK_NO_CARRIER, 4, 17}, OUTAGE_NO_NEWS},
        {500, {LINK_DOWN, 4, 17}, OUTAGE_NO_NEWS},     {600, {LINK_READY, 4, 17}, OUTAGE_ENDED},
        {700, {LINK_READY, 4, 20}, OUTAGE_NO_NEWS},
    };
    struct outages outages;

    walk(&outages, steps, COUNT(steps));
    expect_last(&outages, (struct outage){200, 600, LINK_NO_CARRIER, 7});
    cr_expect_eq(outages.count, 1);
    cr_expect_eq(outages.total_ns, 400);
    cr_expect_eq(outages.total_sent, 7);
    cr_expect_eq(outages.kept[0].sent, 7);
}

Test(outages, a_loss_of_carrier_between_two_looks_is_known)
{
    const struct step steps[] = {
        {100, {LINK_READY, 0, 5}, OUTAGE_NO_NEWS},
        {200, {LINK_READY, 1, 9}, OUTAGE_PASSED},
        {300, {LINK_READY, 1, 12}, OUTAGE_NO_NEWS},
    };
    struct outages outages;

    walk(&outages, steps, COUNT(steps));
    expect_last(&outages, (struct outage){100, 200, LINK_NO_CARRIER, 4});
    cr_expect_eq(outages.count, 1);
}

Test(outages, a_link_may_be_down_from_the_start)
{
    const struct step steps[] = {
        {100, {LINK_NO_CARRIER, 0, 0}, OUTAGE_BEGAN},
        {300, {LINK_READY, 0, 0}, OUTAGE_ENDED},
    };
    struct outages outages;

    walk(&outages, steps, COUNT(steps));
    expect_last(&outages, (struct outage){100, 300, LINK_NO_CARRIER, 0});
}

Test(outages, what_lasts_ends_with_the_survey)
{
    const struct step steps[] = {
        {100, {LINK_READY, 0, 0}, OUTAGE_NO_NEWS},
        {200, {LINK_NARROW, 0, 6}, OUTAGE_BEGAN},
    };
    struct outages outages;

    walk(&outages, steps, COUNT(steps));
    outages_end(&outages, 8, 900);
    outages_end(&outages, 8, 950);
    expect_last(&outages, (struct outage){100, 900, LINK_NARROW, 8});
    cr_expect_eq(outages.count, 1);
}

/* From wherever, and for good, even if a device of that number comes back. */
Test(outages, a_device_that_is_gone_is_told_once)
{
    static const enum link_condition before[] = {LINK_READY, LINK_DOWN, LINK_NO_CARRIER, LINK_NARROW};

    for (size_t i = 0; i < COUNT(before); i++) {
        const struct step steps[] = {
            {100, {LINK_READY, 0, 0}, OUTAGE_NO_NEWS},
            {200, {before[i], 0, 0}, before[i] == LINK_READY ? OUTAGE_NO_NEWS : OUTAGE_BEGAN},
            {300, {LINK_GONE, 0, 0}, OUTAGE_FINAL},
            {400, {LINK_GONE, 0, 0}, OUTAGE_NO_NEWS},
            {500, {LINK_READY, 0, 0}, OUTAGE_NO_NEWS},
        };
        struct outages outages;

        walk(&outages, steps, COUNT(steps));
        cr_expect_eq(outages.now, LINK_GONE);
        outages_end(&outages, 0, 600);
        cr_expect_eq(outages.count, 1);
    }
}

Test(outages, a_link_that_comes_and_goes_takes_no_memory)
{
    struct outages outages;
    uint64_t now = 0;

    outages_start(&outages, &(struct link_look){LINK_READY, 0, 0}, now++);
    for (int i = 0; i < 3 * OUTAGES_KEPT; i++) {
        cr_assert_eq(outages_note(&outages, &(struct link_look){LINK_DOWN, 0, 0}, now++), OUTAGE_BEGAN);
        cr_assert_eq(outages_note(&outages, &(struct link_look){LINK_READY, 0, 0}, now++), OUTAGE_ENDED);
    }
    cr_expect_eq(outages.count, (uint64_t)3 * OUTAGES_KEPT);
    cr_expect_eq(outages.total_ns, (uint64_t)6 * OUTAGES_KEPT);
    cr_expect_eq(outages.kept[OUTAGES_KEPT - 1].end_ns, (uint64_t)2 * OUTAGES_KEPT);
}
