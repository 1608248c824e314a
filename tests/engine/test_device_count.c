// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/device_count.h"

#include <criterion/criterion.h>

#include "table.h"

Test(device_count, what_is_missing)
{
    static const struct {
        const char *what;
        struct device_count count;
        uint64_t missing;
    } cases[] = {
        {"all were sent", {true, 2048, 0, 2048, 0}, 0},
        {"others sent, too", {true, 2048, 0, 90000, 0}, 0},
        {"none was", {true, 2048, 0, 0, 2048}, 2048},
        {"some were not", {true, 2048, 0, 2000, 0}, 48},
        {"one of few", {true, 32, 0, 31, 0}, 1},
        {"one of many", {true, 100000, 0, 99999, 0}, 0},
        {"one in a thousand", {true, 100000, 0, 99900, 0}, 100},
        {"an outage", {true, 2048, 48, 2000, 0}, 0},
        {"an outage, and more", {true, 2048, 40, 2000, 0}, 8},
        {"nobody knows", {false, 2048, 0, 0, 0}, 0},
        {"nothing was handed over", {true, 0, 0, 0, 0}, 0},
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        cr_expect_eq(device_count_missing(&cases[i].count), cases[i].missing, "%s: %lu", cases[i].what,
                     device_count_missing(&cases[i].count));
}

/* The bond itself takes all, and each of its ports a part, of which some is lost in a queue. */
Test(device_count, the_step_that_counts_fewest_tells)
{
    const struct link_counters before = {.tx_packets = 100, .tx_dropped = 7};
    const struct link_counters bond = {.tx_packets = 1100, .tx_dropped = 7};
    const struct link_counters ports[] = {{.tx_packets = 600, .tx_dropped = 9},
                                          {.tx_packets = 500, .tx_dropped = 7}};
    struct device_count count = {.handed = 1000};
    struct device_growth whole = {0}, parts = {0};

    device_growth_add(&whole, &before, &bond);
    device_growth_add(&parts, &before, &ports[0]);
    device_growth_add(&parts, &before, &ports[1]);
    device_count_note(&count, &whole);
    cr_expect_eq(device_count_missing(&count), 0);
    device_count_note(&count, &parts);
    cr_expect_eq(device_count_missing(&count), 100);
    cr_expect_eq(count.dropped, 2);
    device_count_note(&count, &whole);
    cr_expect_eq(device_count_missing(&count), 100, "whatever the order");
}

Test(device_count, a_device_that_is_gone_or_begins_anew_cannot_say)
{
    const struct link_counters before = {.tx_packets = 100}, after = {.tx_packets = 50},
                               more = {.tx_packets = 150};
    struct device_growth gone = {0}, anew = {0};
    struct device_count count = {.handed = 1000};

    device_growth_add(&gone, &before, &more);
    device_growth_add(&gone, &before, NULL);
    device_growth_add(&anew, &before, &after);
    device_count_note(&count, &gone);
    device_count_note(&count, &anew);
    cr_expect_not(count.known);
    cr_expect_eq(device_count_missing(&count), 0);
}

Test(device_count, live_frames_are_counted_by_few)
{
    cr_expect(device_counts_xdp_frames("veth"));
    cr_expect(device_counts_xdp_frames("igb"));
    cr_expect_not(device_counts_xdp_frames("virtio_net"));
    cr_expect_not(device_counts_xdp_frames(""));
}
