// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>

#include "base/clock.h"
#include "sim/options.h"

static const struct option_table table = {.command = "survey", .specs = sim_option_specs};

/* Texts in what it returns are good until the next call. */
static struct sim_options parse(const char *text)
{
    static char pairs[256];
    struct sim_options options = sim_options_default();

    snprintf(pairs, sizeof(pairs), "%s", text);
    cr_assert_eq(options_parse_pairs(&table, "--sim", pairs, &options), 0, "%s", text);
    return options;
}

Test(line_options, nothing_stands_between_host_and_an_ideal_world)
{
    struct sim_options options = parse("realism=ideal");
    struct sim_line_config line = sim_options_line(&options);

    cr_expect_not(sim_line_is_needed(&line));
    cr_expect_not(sim_line_router(&line).held);
}

Test(line_options, round_trip_times_follow_realism_unless_told_otherwise)
{
    static const struct {
        const char *text;
        bool rtt;
    } cases[] = {
        {"realism=internet", true},
        {"realism=internet,rtt=off", false},
        {"realism=ideal", false},
        {"realism=ideal,rtt=internet", true},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct sim_options options = parse(cases[i].text);
        struct sim_line_config line = sim_options_line(&options);

        cr_expect_eq(line.rtt, cases[i].rtt, "%s", cases[i].text);
        cr_expect_eq(sim_line_is_needed(&line), cases[i].rtt, "%s", cases[i].text);
    }
}

Test(line_options, every_impairment_needs_the_line)
{
    static const char *const keys[] = {
        "loss-out=1",       "loss-back=0.1",     "duplicate-out=1", "duplicate-back=1",
        "reorder-out=1",    "reorder-back=1",    "corrupt-out=100", "corrupt-back=10",
        "bandwidth-out=1M", "bandwidth-back=1M", "fault=flood",     "fault=rx-overrun",
    };

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        struct sim_options options = parse(keys[i]);

        options.realism = "ideal";
        struct sim_line_config line = sim_options_line(&options);
        cr_expect(sim_line_is_needed(&line), "%s", keys[i]);
    }
}

Test(line_options, figures_become_those_of_the_line)
{
    struct sim_options options =
        parse("loss-out=12.5,corrupt-back=3,bandwidth-back=8M,queue-back=500K,delay-memory=1M");
    struct sim_line_config line = sim_options_line(&options);

    cr_expect_eq(line.out.loss_permille, 125);
    cr_expect_eq(line.back.loss_permille, 0);
    cr_expect_eq(line.back.corrupt_permille, 30);
    cr_expect_eq(line.back.bytes_per_second, 1000000);
    cr_expect_eq(line.back.queue_ns, 512 * NS_PER_MS);
    cr_expect_eq(line.memory, 1 << 20);
}

Test(line_options, real_routers_take_the_time_they_take)
{
    static const struct {
        const char *text;
        int result;
    } cases[] = {
        {"topology=linux:2", 0},
        {"topology=linux:2,rtt=off", 0},
        {"topology=linux:2,rtt=internet", -EINVAL},
        {"topology=linux:2,loss-back=1", -EINVAL},
        {"topology=linux:2,fault=link-down", -EINVAL},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct sim_options options = parse(cases[i].text);
        struct sim_topology world;

        cr_expect_eq(sim_options_resolve(&options, &world), cases[i].result, "%s", cases[i].text);
    }
}

Test(line_options, faults_have_a_time_and_a_value)
{
    static const struct {
        const char *text;
        uint64_t at_ms, duration_ms;
        double rate;
    } cases[] = {
        {"link-down", 1000, 500, 0},   {"link-down@2s:250ms", 2000, 250, 0},  {"link-down:1s", 1000, 1000, 0},
        {"mac-change@0.5", 500, 0, 0}, {"rx-overrun@0:100ms", 0, 100, 0},     {"flood", 0, 0, INFINITY},
        {"flood:100k", 0, 0, 100000},  {"flood@100ms:max", 100, 0, INFINITY},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct sim_faults faults = {.count = 1};
        struct error_text error;

        cr_assert_eq(sim_option_fault(NULL, cases[i].text, &faults, &error), 0, "%s", cases[i].text);
        cr_assert_eq(faults.count, 2);
        cr_expect_eq(faults.list[1].at_ns, cases[i].at_ms * NS_PER_MS, "%s", cases[i].text);
        cr_expect_eq(faults.list[1].duration_ns, cases[i].duration_ms * NS_PER_MS, "%s", cases[i].text);
        cr_expect_eq(faults.list[1].rate, cases[i].rate, "%s", cases[i].text);
    }
}

Test(line_options, what_is_no_fault_is_refused)
{
    static const char *const bad[] = {
        "",
        "link",
        "link-down@",
        "link-down@x",
        "link-down@1s:",
        "link-down@1s:x",
        "mac-change@1s:5",
        "flood:0",
        "flood@1s2s",
        "@1s",
        "flood@00000000000000000000000000000000001s",
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct sim_faults faults = {0};
        struct error_text error;

        cr_expect_eq(sim_option_fault(NULL, bad[i], &faults, &error), -EINVAL, "'%s'", bad[i]);
        cr_expect_eq(faults.count, 0, "'%s'", bad[i]);
    }
}

Test(line_options, so_many_faults_and_no_more)
{
    struct sim_faults faults = {0};
    struct error_text error;

    for (int i = 0; i < SIM_FAULTS_MAX; i++)
        cr_assert_eq(sim_option_fault(NULL, "flood", &faults, &error), 0);
    cr_expect_eq(sim_option_fault(NULL, "flood", &faults, &error), -EINVAL);
    cr_expect_eq(faults.count, SIM_FAULTS_MAX);
}

Test(line_options, metadata_tells_the_times_and_may_hold_counters)
{
    struct sim_options options = parse("realism=ideal,rtt=internet"), back = sim_options_default();
    json_t *object = sim_options_json(&options);

    cr_expect_str_eq(json_string_value(json_object_get(object, "rtt")), "internet");
    json_object_set_new(object, "counters", json_pack("{s:i}", "received", 1));
    cr_expect_eq(sim_options_from_json(object, &back), 0);
    cr_expect_str_eq(back.realism, "ideal");
    json_decref(object);
}
