// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <string.h>

#include "sim/kind.h"
#include "worlds.h"

Test(sim_options, defaults_are_the_realistic_world)
{
    struct sim_options options = sim_options_default();
    struct sim_topology world;

    cr_assert_eq(sim_options_resolve(&options, &world), 0);
    cr_expect_eq(world.kind, SIM_SYNTHETIC);
    cr_expect_eq(world.synthetic.silent_permille, 120);
    cr_expect_eq(world.synthetic.answering_permille, 80);
    cr_expect(world.synthetic.fading);
}

Test(sim_options, ideal_world_has_no_silence_unless_asked_for)
{
    struct sim_options options = sim_options_default();
    struct sim_topology world;

    options.realism = "ideal";
    options.silent_permille = 55;
    cr_assert_eq(sim_options_resolve(&options, &world), 0);
    cr_expect_eq(world.synthetic.silent_permille, 55);
    cr_expect_eq(world.synthetic.answering_permille, 1000);
    cr_expect_not(world.synthetic.fading);
}

Test(sim_options, seeds_give_different_worlds)
{
    struct sim_topology a = make_world("ideal", 1), b = make_world("ideal", 2), c = make_world("ideal", 1);

    cr_expect_neq(memcmp(&a, &b, sizeof(a)), 0);
    cr_expect_eq(memcmp(&a, &c, sizeof(a)), 0);
}

Test(sim_options, what_is_unknown_is_refused)
{
    static const char *const bad[][2] = {
        {"routes", "ideal"},   {"synthetic:x", "ideal"}, {"", "ideal"},
        {"synthetic", "idea"}, {"synthetic", ""},        {"synthetic ", "ideal"},
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct sim_options options = sim_options_default();
        struct sim_topology world;

        options.topology = bad[i][0];
        options.realism = bad[i][1];
        cr_expect_eq(sim_options_resolve(&options, &world), -EINVAL, "%s, %s", bad[i][0], bad[i][1]);
    }
}

Test(sim_options, names_of_kinds_fit_messages)
{
    char names[CHOICES_TEXT_SIZE];

    cr_expect_str_eq(choices_text(sim_kind_choices, names),
                     "synthetic, routes:FILE, edges:FILE, linux:N|diamond");
}

Test(sim_options, shares_are_percentages)
{
    static const struct {
        const char *text;
        int result;
        uint32_t permille;
    } table[] = {
        {"0", 0, 0},           {"12", 0, 120},      {"12.5", 0, 125},    {"100", 0, 1000},
        {"100.1", -EINVAL, 0}, {"-1", -EINVAL, 0},  {"", -EINVAL, 0},    {"1.25", -EINVAL, 0},
        {"12%", -EINVAL, 0},   {"nan", -EINVAL, 0}, {"1e1", -EINVAL, 0}, {" 1", -EINVAL, 0},
    };

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct error_text error;
        uint32_t permille = 0;

        cr_expect_eq(sim_option_share(NULL, table[i].text, &permille, &error), table[i].result, "'%s'",
                     table[i].text);
        cr_expect_eq(permille, table[i].permille, "'%s'", table[i].text);
    }
}

Test(sim_options, keys_of_the_sim_option_are_the_same_options)
{
    static const struct option_table table = {.command = "survey", .specs = sim_option_specs};
    struct sim_options options = sim_options_default();

    char text[] = "realism=ideal,seed=9,silent=1.5,answering=50,queues=2";

    cr_assert_eq(options_parse_pairs(&table, "--sim", text, &options), 0);
    cr_expect_str_eq(options.realism, "ideal");
    cr_expect_eq(options.seed, 9);
    cr_expect_eq(options.silent_permille, 15);
    cr_expect_eq(options.answering_permille, 500);
    cr_expect_eq(options.queues, 2);
}

Test(sim_options, metadata_leads_back_to_the_same_world)
{
    struct sim_options options = sim_options_default(), back = sim_options_default();
    struct sim_topology world, world_back;

    options.seed = INT64_MAX;
    options.answering_permille = 333;
    json_t *object = sim_options_json(&options);
    char *text = json_dumps(object, 0);
    json_t *read = json_loads(text, 0, NULL);

    cr_assert_not_null(read);
    cr_assert_eq(sim_options_from_json(read, &back), 0);
    cr_assert_eq(sim_options_resolve(&options, &world), 0);
    cr_assert_eq(sim_options_resolve(&back, &world_back), 0);
    cr_expect_eq(memcmp(&world, &world_back, sizeof(world)), 0);
    free(text);
    json_decref(read);
    json_decref(object);
}

Test(sim_options, metadata_that_this_version_cannot_honour_is_refused)
{
    static const char *const bad[] = {
        "{}",
        "[]",
        "{\"topology\":\"synthetic\",\"realism\":\"ideal\",\"seed\":1,\"silent\":1,\"answering\":1,"
        "\"queues\":1,"
        "\"loss\":1}",
        "{\"topology\":\"synthetic\",\"realism\":\"ideal\",\"seed\":-1,\"silent\":1,\"answering\":1,"
        "\"queues\":1}",
        "{\"topology\":\"synthetic\",\"realism\":\"ideal\",\"seed\":1,\"silent\":101,\"answering\":1,"
        "\"queues\":1}",
        "{\"topology\":\"synthetic\",\"realism\":\"ideal\",\"seed\":1,\"silent\":1,\"answering\":1,"
        "\"queues\":0}",
        "{\"topology\":\"synthetic\",\"realism\":\"ideal\",\"seed\":\"1\",\"silent\":1,\"answering\":1,"
        "\"queues\":1}",
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        json_t *object = json_loads(bad[i], 0, NULL);
        struct sim_options options = sim_options_default();

        cr_expect_eq(sim_options_from_json(object, &options), -EINVAL, "%s", bad[i]);
        json_decref(object);
    }
}
