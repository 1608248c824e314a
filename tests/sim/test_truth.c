// SPDX-License-Identifier: GPL-2.0-or-later
/* The lines of the truth against each other and against sim_hop(): read back as JSON. */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/seed.h"
#include "sim/node_number.h"
#include "sim/truth_lines.h"
#include "world_text.h"
#include "worlds.h"

enum { MAX_LINES = 20000 };

struct lines {
    json_t *objects[MAX_LINES];
    size_t count;
};

struct survey_fixture {
    struct sim_topology world;
    struct targets *targets;
    struct sim_truth truth;
};

static struct prefix prefix_of(const char *text)
{
    struct prefix prefix;

    cr_assert_eq(prefix_parse(text, &prefix), 0);
    return prefix;
}

/* A survey of the /24s and /48s of two prefixes, or of one, in a world of the given realism. */
static void make_survey_by(struct survey_fixture *survey, const char *realism, const char *prefix,
                           const char *other, enum flows_by flows_by)
{
    const struct layout_choice layout = layout_choose(&layouts[LAYOUT_UDP4], (struct siphash_key){0});
    const struct targets_config config = {
        .granularity = 24, .key = seed_key(1, SEED_HOSTS), .flows_by = flows_by};
    struct prefix_list list = {0};

    cr_assert_eq(prefix_list_add(&list, prefix_of(prefix)), 0);
    if (other)
        cr_assert_eq(prefix_list_add(&list, prefix_of(other)), 0);
    targets_normalize(&list, &config);
    survey->world = make_world(realism, 6);
    survey->targets = targets_create(&list, &config);
    survey->truth = (struct sim_truth){
        .topology = &survey->world,
        .targets = survey->targets,
        .source = sim_truth_host(),
        .layouts = layout_pair_of(&layout),
        .min_ttl = 1,
        .max_ttl = 32,
        .flows = 1,
    };
}

static void make_survey_of(struct survey_fixture *survey, const char *realism, const char *prefix,
                           const char *other)
{
    make_survey_by(survey, realism, prefix, other, FLOWS_BY_PORT);
}

static void make_survey(struct survey_fixture *survey, const char *realism, const char *prefix)
{
    make_survey_of(survey, realism, prefix, NULL);
}

static void read_lines(const struct sim_truth *truth, bool brief, struct lines *out)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);

    cr_assert_eq(sim_truth_write(truth, brief, file), 0);
    fclose(file);
    out->count = 0;
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        cr_assert_lt(out->count, MAX_LINES);
        out->objects[out->count] = json_loads(line, 0, NULL);
        cr_assert_not_null(out->objects[out->count++], "no JSON: %s", line);
    }
    free(text);
}

static void read_truth(const struct sim_truth *truth, struct lines *out)
{
    read_lines(truth, false, out);
}

static void free_lines(struct lines *lines)
{
    while (lines->count)
        json_decref(lines->objects[--lines->count]);
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    cr_assert_not_null(text);
    return text;
}

/* The number that the address stands for. */
static uint32_t number_of(const json_t *object, const char *key)
{
    struct address address;

    cr_assert(address_parse(text_of(object, key), &address));
    return sim_number(address);
}

static bool is_kind(const json_t *object, const char *kind)
{
    return strcmp(text_of(object, "kind"), kind) == 0;
}

static bool visible(const json_t *object)
{
    cr_assert(json_is_boolean(json_object_get(object, "visible")));
    return json_is_true(json_object_get(object, "visible"));
}

static size_t count_kind(const struct lines *lines, const char *kind)
{
    size_t count = 0;

    for (size_t i = 0; i < lines->count; i++)
        count += is_kind(lines->objects[i], kind);
    return count;
}

/* The line of a router, or of a link where `to` is given; NULL where there is none. Asserts that there are no
 * two. */
static const json_t *find_line(const struct lines *lines, const char *address, const char *to)
{
    const json_t *found = NULL;

    for (size_t i = 0; i < lines->count; i++) {
        const json_t *line = lines->objects[i];
        bool same = to ? is_kind(line, "link") && strcmp(text_of(line, "from"), address) == 0 &&
                             strcmp(text_of(line, "to"), to) == 0
                       : is_kind(line, "interface") && strcmp(text_of(line, "address"), address) == 0;

        cr_assert(!same || !found, "%s %s stands there twice", address, to ? to : "");
        if (same)
            found = line;
    }
    return found;
}

static void check_hop(const struct survey_fixture *survey, uint32_t target, uint8_t ttl, const json_t *hop,
                      bool probed)
{
    const struct sim_truth *truth = &survey->truth;
    struct sim_hop expected = hop_at(&survey->world, target, ttl);

    if (expected.kind == SIM_HOP_TARGET && (!expected.answers || expected.firewall)) {
        cr_expect(json_is_null(hop));
        return;
    }
    bool in_range = expected.kind == SIM_HOP_TARGET ? truth->max_ttl >= ttl
                                                    : truth->min_ttl <= ttl && ttl <= truth->max_ttl;
    cr_expect_eq(number_of(hop, "address"), expected.address);
    cr_expect_eq(visible(hop), probed && expected.answers && in_range, "target %08x TTL %u", target, ttl);
}

static void check_route(const struct survey_fixture *survey, const json_t *route, bool probed)
{
    uint32_t target = number_of(route, "target");
    const json_t *hops = json_object_get(route, "hops");

    cr_assert_eq(json_array_size(hops), hop_at(&survey->world, target, 64).distance);
    for (size_t i = 0; i < json_array_size(hops); i++)
        check_hop(survey, target, (uint8_t)(i + 1), json_array_get(hops, i), probed);
}

/* Each router and link of a route has its line, which is visible at least where the route is. */
static void check_lines_of_route(const struct lines *lines, const json_t *route)
{
    const json_t *hops = json_object_get(route, "hops"), *before = NULL;
    const char *target = text_of(route, "target");

    for (size_t i = 0; i < json_array_size(hops); i++) {
        const json_t *hop = json_array_get(hops, i);

        if (json_is_null(hop))
            return;
        const char *address = text_of(hop, "address");
        const json_t *interface = find_line(lines, address, NULL);
        cr_assert_eq(interface == NULL, strcmp(address, target) == 0, "%s", address);
        cr_assert(!interface || visible(interface) || !visible(hop));
        if (before) {
            const json_t *link = find_line(lines, text_of(before, "address"), address);

            cr_assert_not_null(link);
            cr_assert(visible(link) || !(visible(before) && visible(hop)));
        }
        before = hop;
    }
}

/* Nothing is visible, or there at all, that no route shows. */
static void check_line_comes_from_a_route(const struct lines *lines, const json_t *line)
{
    bool is_link = is_kind(line, "link"), there = false, seen = false;

    for (size_t r = 0; r < lines->count && is_kind(lines->objects[r], "route"); r++) {
        const json_t *hops = json_object_get(lines->objects[r], "hops");

        for (size_t i = is_link; i < json_array_size(hops); i++) {
            const json_t *hop = json_array_get(hops, i),
                         *before = is_link ? json_array_get(hops, i - 1) : hop;

            if (json_is_null(hop) ||
                strcmp(text_of(hop, "address"), text_of(line, is_link ? "to" : "address")))
                continue;
            if (is_link && strcmp(text_of(before, "address"), text_of(line, "from")))
                continue;
            there = true;
            seen |= visible(before) && visible(hop);
        }
    }
    cr_assert(there);
    cr_assert_eq(visible(line), seen);
}

static void check_truth(const struct survey_fixture *survey, bool probed)
{
    static struct lines lines;

    read_truth(&survey->truth, &lines);
    cr_expect_eq(count_kind(&lines, "route"), targets_count(survey->truth.targets) * survey->truth.flows);
    for (size_t i = 0; i < lines.count; i++) {
        if (!is_kind(lines.objects[i], "route")) {
            check_line_comes_from_a_route(&lines, lines.objects[i]);
            continue;
        }
        check_route(survey, lines.objects[i], probed);
        check_lines_of_route(&lines, lines.objects[i]);
    }
    free_lines(&lines);
}

Test(truth, ideal_world_is_visible_throughout)
{
    struct survey_fixture survey;
    static struct lines lines;

    make_survey(&survey, "ideal", "20.0.0.0/18");
    check_truth(&survey, true);
    read_truth(&survey.truth, &lines);
    for (size_t i = 0; i < lines.count; i++)
        cr_expect(is_kind(lines.objects[i], "route") || visible(lines.objects[i]));
    free_lines(&lines);
    targets_destroy(survey.targets);
}

Test(truth, targets_of_both_families_stand_in_one)
{
    struct survey_fixture survey;
    static struct lines lines;

    make_survey_of(&survey, "ideal", "20.0.0.0/22", "2a02:26f0::/46");
    check_truth(&survey, true);
    read_truth(&survey.truth, &lines);
    cr_expect_eq(count_kind(&lines, "route"), 8);
    for (enum address_family family = FAMILY_IPV4; family <= FAMILY_IPV6; family += 2) {
        char text[ADDRESS_TEXT_SIZE]; /* of the first router, which is that of everybody */

        address_format(sim_address(hop_at(&survey.world, some_target(0), 1).address, family), text);
        cr_expect_not_null(find_line(&lines, text, NULL), "%s", text);
    }
    free_lines(&lines);
    targets_destroy(survey.targets);
}

Test(truth, silence_is_there_but_not_visible)
{
    struct survey_fixture survey;

    make_survey(&survey, "internet", "20.0.0.0/18");
    check_truth(&survey, true);
    targets_destroy(survey.targets);
}

Test(truth, ttls_of_the_survey_bound_what_is_visible)
{
    struct survey_fixture survey;

    make_survey(&survey, "ideal", "20.16.0.0/20");
    survey.truth.min_ttl = 4;
    survey.truth.max_ttl = 9;
    check_truth(&survey, true);
    survey.truth.min_ttl = 31; /* beyond every target: they alone are seen */
    survey.truth.max_ttl = 32;
    check_truth(&survey, true);
    targets_destroy(survey.targets);
}

Test(truth, blocklisted_targets_show_nothing)
{
    struct prefix blocked = prefix_of("20.0.0.0/8");
    struct address_set *blocklist =
        address_set_create(&(const struct prefix_list){.prefixes = &blocked, .count = 1});
    struct survey_fixture survey;
    static struct lines lines;

    make_survey(&survey, "ideal", "20.0.0.0/22");
    survey.truth.blocklist = blocklist;
    check_truth(&survey, false);
    read_truth(&survey.truth, &lines);
    for (size_t i = 0; i < lines.count; i++)
        cr_expect(is_kind(lines.objects[i], "route") || !visible(lines.objects[i]));
    free_lines(&lines);
    targets_destroy(survey.targets);
    address_set_destroy(blocklist);
}

/* Which targets answer a survey: by enum sim_firewall, all of them in the world without firewalls. */
static const struct heard {
    const char *layout;
    uint16_t port;
    bool heard[3];
} heards[] = {
    {"udp", PORT_TRACEROUTE, {true, false, false}}, {"icmp", 0, {true, true, false}},
    {"tcp-syn", PORT_HTTP, {true, true, true}},     {"tcp-syn", PORT_HTTPS, {true, true, true}},
    {"tcp-syn", 22, {true, false, false}},          {"tcp-ack", PORT_HTTP, {true, false, false}},
};

static void check_heard(struct survey_fixture *survey, const struct heard *heard)
{
    static struct lines lines;

    survey->truth.layouts.ipv4.layout = layout_by_name(heard->layout, FAMILY_IPV4);
    survey->truth.layouts.ipv4.port = heard->port;
    read_truth(&survey->truth, &lines);
    for (size_t i = 0; i < lines.count && is_kind(lines.objects[i], "route"); i++) {
        uint32_t target = number_of(lines.objects[i], "target");
        const json_t *hops = json_object_get(lines.objects[i], "hops");
        const json_t *last = json_array_get(hops, json_array_size(hops) - 1);
        bool wanted = heard->heard[hop_at(&survey->world, target, PROBE_MAX_TTL).firewall];

        cr_assert_eq(!json_is_null(last), wanted, "%s to port %u of %08x", heard->layout, heard->port,
                     target);
        cr_assert_eq(json_is_true(json_object_get(lines.objects[i], "reaches")), wanted);
    }
    free_lines(&lines);
}

Test(truth, targets_answer_what_their_firewall_lets_through)
{
    struct survey_fixture survey;
    struct sim_options options = sim_options_default();

    make_survey(&survey, "ideal", "20.0.0.0/18");
    options.realism = "ideal";
    options.firewall_permille = 600;
    survey.world = make_world_of(options);
    for (size_t i = 0; i < sizeof(heards) / sizeof(heards[0]); i++)
        check_heard(&survey, &heards[i]);
    targets_destroy(survey.targets);
}

Test(truth, each_flow_has_its_route)
{
    struct survey_fixture survey;
    static struct lines lines;

    make_survey(&survey, "ideal", "20.0.0.0/23");
    survey.truth.flows = 3;
    check_truth(&survey, true);
    read_truth(&survey.truth, &lines);
    for (int i = 0; i < 6; i++)
        cr_expect_eq(json_integer_value(json_object_get(lines.objects[i], "flow")), i % 3);
    free_lines(&lines);
    targets_destroy(survey.targets);
}

static struct address address_at(const json_t *route, const char *key)
{
    struct address address;

    cr_assert(address_parse(text_of(route, key), &address));
    return address;
}

/* Those to a target's other hosts lead to them, which are no targets: who answers there is not what is looked for. */
Test(truth, flows_by_host_have_routes_to_their_hosts)
{
    struct survey_fixture survey;
    static struct lines lines;
    unsigned answering = 0;

    make_survey_by(&survey, "internet", "20.0.0.0/18", NULL, FLOWS_BY_HOST);
    survey.truth.flows = 4;
    read_truth(&survey.truth, &lines);
    cr_expect_eq(count_kind(&lines, "route"), 64 * 4);
    for (uint64_t i = 0; i < 64 * 4; i++) {
        const json_t *route = lines.objects[i], *hops = json_object_get(route, "hops");
        const json_t *last = json_array_get(hops, json_array_size(hops) - 1);
        struct address host = address_at(route, "target");

        cr_expect_eq(json_integer_value(json_object_get(route, "flow")), i % 4);
        cr_expect(address_equal(host, targets_flow_address(survey.targets, i / 4, i % 4)));
        if (json_is_null(last) || !address_equal(address_at(last, "address"), host))
            continue;
        answering += i % 4 != 0;
        cr_expect_eq(visible(last), i % 4 == 0, "%lu", i);
    }
    cr_expect_gt(answering, 0);
    free_lines(&lines);
    targets_destroy(survey.targets);
}

/* The truth about one address in a world from a file. */
static void read_truth_of(const char *kind, const char *text, const char *target, unsigned flows,
                          struct lines *out)
{
    const struct targets_config config = {.granularity = 32};
    struct prefix_list list = {0};
    struct survey_fixture survey = {.world = world_text_make(kind, text)};

    cr_assert_eq(prefix_list_add(&list, prefix_of(target)), 0);
    survey.targets = targets_create(&list, &config);
    survey.truth = (struct sim_truth){
        .topology = &survey.world,
        .targets = survey.targets,
        .source = sim_truth_host(),
        .layouts.ipv4 = layout_choose(&layouts[LAYOUT_UDP4], (struct siphash_key){0}),
        .min_ttl = 1,
        .max_ttl = 32,
        .flows = flows,
    };
    read_truth(&survey.truth, out);
    targets_destroy(survey.targets);
    sim_topology_free(&survey.world);
}

Test(truth, what_no_flow_came_across_is_there_and_not_visible)
{
    static struct lines lines;

    read_truth_of("edges", EDGES_TEXT, "127.1.1.6", 1, &lines);
    cr_expect_eq(count_kind(&lines, "route"), 1);
    cr_assert_eq(count_kind(&lines, "interface"), 5);
    cr_assert_eq(count_kind(&lines, "link"), 6, "the source is no responder, therefore its edge no link");
    cr_expect(visible(find_line(&lines, "10.0.0.1", NULL)));
    cr_expect(visible(find_line(&lines, "10.0.3.1", NULL)));
    cr_expect_neq(visible(find_line(&lines, "10.0.1.1", NULL)), visible(find_line(&lines, "10.0.2.1", NULL)));
    cr_expect_neq(visible(find_line(&lines, "10.0.1.1", "10.0.3.1")),
                  visible(find_line(&lines, "10.0.2.2", "10.0.3.1")));
    cr_expect(visible(find_line(&lines, "10.0.3.1", "127.1.1.6")));
    cr_expect_null(find_line(&lines, "10.0.2.2", "127.1.1.7"), "leads to another target");
    free_lines(&lines);
}

Test(truth, the_route_that_no_flow_takes_is_not_visible)
{
    static struct lines lines;

    read_truth_of("routes", ROUTES_TEXT, "10.0.0.1", 1, &lines);
    cr_assert_eq(count_kind(&lines, "interface"), 5);
    cr_expect(visible(find_line(&lines, "192.0.2.1", NULL)));
    cr_expect_neq(visible(find_line(&lines, "192.0.2.3", NULL)),
                  visible(find_line(&lines, "192.0.2.5", NULL)));
    cr_expect_neq(visible(find_line(&lines, "192.0.2.3", "10.0.0.1")),
                  visible(find_line(&lines, "192.0.2.5", "10.0.0.1")));
    free_lines(&lines);
}

Test(truth, many_flows_see_all_alternatives)
{
    static struct lines lines;

    read_truth_of("edges", EDGES_TEXT, "127.1.1.6", 64, &lines);
    cr_expect_eq(count_kind(&lines, "route"), 64);
    for (size_t i = 64; i < lines.count; i++)
        cr_expect(visible(lines.objects[i]));
    free_lines(&lines);

    read_truth_of("routes", ROUTES_TEXT, "10.0.0.1", 64, &lines);
    cr_expect_eq(count_kind(&lines, "interface"), 5);
    cr_expect_eq(count_kind(&lines, "link"), 5);
    for (size_t i = 64; i < lines.count; i++)
        cr_expect(visible(lines.objects[i]));
    free_lines(&lines);
}

Test(truth, what_a_measurement_did_not_see_is_null)
{
    static struct lines lines;

    read_truth_of("routes", "10.0.0.1 * 192.0.2.1 * 10.0.0.1\n10.0.0.2 192.0.2.1 * *\n", "10.0.0.1", 1,
                  &lines);
    const json_t *hops = json_object_get(lines.objects[0], "hops");
    cr_assert_eq(json_array_size(hops), 4);
    cr_expect(json_is_null(json_array_get(hops, 0)));
    cr_expect_str_eq(text_of(json_array_get(hops, 1), "address"), "192.0.2.1");
    cr_expect(json_is_null(json_array_get(hops, 2)));
    cr_expect_str_eq(text_of(json_array_get(hops, 3), "address"), "10.0.0.1");
    cr_expect_eq(count_kind(&lines, "link"), 0);
    free_lines(&lines);
}

/* The address of a target may stand on the way to it, too: there a router has it, and lets TTLs expire. */
Test(truth, a_target_is_reached_at_the_end_of_its_route_alone)
{
    static const struct {
        const char *kind, *text, *target;
        bool reaches;
    } cases[] = {
        {"routes", "10.0.0.1 192.0.2.1 10.0.0.1\n", "10.0.0.1", true},
        {"routes", "10.0.0.1 192.0.2.1 10.0.0.1 192.0.2.2\n", "10.0.0.1", false},
        {"routes", "10.0.0.1 192.0.2.1 10.0.0.1 *\n", "10.0.0.1", false},
        {"routes", "10.0.0.1 192.0.2.1 10.0.0.1 192.0.2.2 10.0.0.1\n", "10.0.0.1", true},
        {"routes", "10.0.0.1 192.0.2.1 192.0.2.2\n", "10.0.0.1", false},
        {"edges", EDGES_TEXT, "127.1.1.6", true},
        {"edges", EDGES_TEXT, "10.0.3.1", false},
    };
    static struct lines lines;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        read_truth_of(cases[i].kind, cases[i].text, cases[i].target, 1, &lines);
        cr_assert(is_kind(lines.objects[0], "route"));
        cr_expect_eq(json_is_true(json_object_get(lines.objects[0], "reaches")), cases[i].reaches, "%zu", i);
        free_lines(&lines);
    }
}

Test(truth, nobody_is_linked_to_himself)
{
    static struct lines lines;

    read_truth_of("routes", "10.0.0.1 192.0.2.1 192.0.2.1 10.0.0.1 10.0.0.1\n", "10.0.0.1", 1, &lines);
    cr_expect_eq(count_kind(&lines, "link"), 1);
    cr_expect_not_null(find_line(&lines, "192.0.2.1", "10.0.0.1"));
    cr_expect_null(find_line(&lines, "192.0.2.1", "192.0.2.1"));
    free_lines(&lines);
}

/* Who can be reached by a route, once for each address. */
static size_t count_reached(const struct lines *lines)
{
    const char *before = "";
    size_t count = 0;

    for (size_t i = 0; i < lines->count; i++) {
        const json_t *line = lines->objects[i];

        if (!is_kind(line, "route") || !json_is_true(json_object_get(line, "reaches")) ||
            strcmp(text_of(line, "target"), before) == 0)
            continue;
        before = text_of(line, "target");
        count++;
    }
    return count;
}

Test(truth, brief_tells_the_same_without_routes)
{
    struct survey_fixture survey;
    static struct lines whole, brief;

    make_survey(&survey, "internet", "20.0.0.0/18");
    survey.truth.flows = 3;
    read_truth(&survey.truth, &whole);
    read_lines(&survey.truth, true, &brief);
    cr_expect_eq(count_kind(&brief, "route"), 0);
    cr_expect_gt(count_reached(&whole), 0);
    cr_expect_eq(count_kind(&brief, "target"), count_reached(&whole));
    cr_expect_eq(count_kind(&brief, "interface"), count_kind(&whole, "interface"));
    cr_expect_eq(count_kind(&brief, "link"), count_kind(&whole, "link"));
    for (size_t i = 0; i < brief.count; i++)
        cr_expect(!is_kind(brief.objects[i], "target") || visible(brief.objects[i]));
    free_lines(&whole);
    free_lines(&brief);
    targets_destroy(survey.targets);
}

/* Where routes change, what was true before and what is so afterwards stand in one truth, and nothing else. */
Test(truth, both_routes_are_true_where_they_change)
{
    struct survey_fixture survey;
    static struct lines before, after, both;

    make_survey(&survey, "internet", "20.0.0.0/18");
    read_truth(&survey.truth, &before);
    survey.world.synthetic.churn_permille = 1000;
    read_truth(&survey.truth, &both);
    cr_expect_eq(count_kind(&both, "route"), 2 * count_kind(&before, "route"));
    for (size_t i = 0; i < before.count; i++)
        cr_expect(!is_kind(before.objects[i], "link") ||
                  find_line(&both, text_of(before.objects[i], "from"), text_of(before.objects[i], "to")));
    cr_expect_gt(count_kind(&both, "link"), count_kind(&before, "link"));
    free_lines(&before);
    read_lines(&survey.truth, true, &after);
    cr_expect_eq(count_kind(&after, "link"), count_kind(&both, "link"));
    cr_expect_eq(count_kind(&after, "target"), count_reached(&both), "no target twice");
    free_lines(&after);
    free_lines(&both);
    targets_destroy(survey.targets);
}

Test(truth, full_disk_is_an_error)
{
    struct survey_fixture survey;
    FILE *full = fopen("/dev/full", "w");

    make_survey(&survey, "ideal", "20.0.0.0/24");
    cr_assert_not_null(full);
    cr_expect_eq(sim_truth_write(&survey.truth, false, full), -ENOSPC);
    fclose(full);
    targets_destroy(survey.targets);
}
