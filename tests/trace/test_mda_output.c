// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/mda_output.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "addresses.h"
#include "sim/node_number.h"
#include "sim/world_text.h"
#include "support/mda_world.h"

/* A balancer by flows whose ways meet again, of which one has a hop more, silent. */
static const char GRAPH[] = "127.0.0.1 10.0.0.1\n"
                            "10.0.0.1 10.1.0.1\n10.0.0.1 10.1.0.2\n"
                            "10.1.0.1 8.8.8.8\n"
                            "10.1.0.2 10.2.0.1\n10.2.0.1 8.8.8.8\n";

/* Two hops of two that flows do not tell apart. */
static const char BY_PACKET[] = "127.0.0.1 10.0.0.1\n"
                                "10.0.0.1 10.1.0.1\n10.0.0.1 10.1.0.2\n"
                                "10.1.0.1 10.2.0.1\n10.1.0.2 10.2.0.2\n"
                                "10.2.0.1 8.8.8.8\n10.2.0.2 8.8.8.8\n";

static const struct trace_style style = {.protocol = "udp"};

static void set_habit(struct mda_world *world, const char *text, enum world_habit habit)
{
    struct address address;

    cr_assert(address_parse(text, &address));
    mda_world_set(world, address_ipv4(address), habit);
}

static struct mda *trace_lossy(const char *text, const char *address, enum world_habit habit, double loss)
{
    struct mda_world world = {.seed = 1, .loss = loss};
    struct mda_config config;
    struct mda *mda;

    cr_assert_eq(edge_graph_read(&world.graph, world_text_path(text, strlen(text))), 0);
    set_habit(&world, address, habit);
    config = mda_world_config(&world);
    config.confidence = 0.999;
    mda = mda_create(&config);
    cr_assert_neq(mda_world_run(&world, mda), UINT64_MAX);
    edge_graph_free(&world.graph);
    return mda;
}

static struct mda *trace(const char *text, const char *address, enum world_habit habit)
{
    return trace_lossy(text, address, habit, 0);
}

static void destroy(struct mda *mda)
{
    mda_strategy(mda)->ops->close(mda_strategy(mda));
}

/* Writes every "12.345 ms" as "T ms", and "123 probes" as "P probes". */
static void mask_numbers(char *text)
{
    char *out = text, *in = text;

    while (*in) {
        size_t digits = strspn(in, "0123456789.");
        bool begins = in == text || !isdigit((unsigned char)in[-1]);

        if (digits && begins && strncmp(in + digits, " ms", 3) == 0) {
            *out++ = 'T';
            in += digits;
        } else if (digits && begins && strncmp(in + digits, " probes", 7) == 0) {
            *out++ = 'P';
            in += digits;
        } else {
            *out++ = *in++;
        }
    }
    *out = '\0';
}

typedef void printer(const struct mda *mda, const struct trace_style *style, FILE *out);

/* What was printed; to be freed. */
static char *printed(printer *print, const struct mda *mda)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    cr_assert_not_null(out);
    print(mda, &style, out);
    fclose(out);
    mask_numbers(text);
    return text;
}

Test(mda_output, prints_hops_with_widths_and_next_hops)
{
    struct mda *mda = trace(GRAPH, "10.2.0.1", WORLD_SILENT);
    char *text = printed(mda_print_text, mda);

    cr_expect_str_eq(text,
                     "hop wide\n"
                     "  1    1  10.0.0.1  T ms -> 10.1.0.1 10.1.0.2\n"
                     "  2    2  10.1.0.1  T ms -> 8.8.8.8\n"
                     "          10.1.0.2  T ms -> *\n"
                     "  3    2  * -> 8.8.8.8\n"
                     "          8.8.8.8  T ms\n"
                     "  4    1  8.8.8.8  T ms\n"
                     "8.8.8.8 reached, 4 hops, widest 2, P probes; all ways by flow found with 99.9 % "
                     "confidence, as far as hops answer\n",
                     "%s", text);
    free(text);
    destroy(mda);
}

/* Those of one network stand together, and each network is told once. */
Test(mda_output, groups_wide_hops_by_network)
{
    static const char graph[] = "127.0.0.1 10.0.0.1\n"
                                "10.0.0.1 10.1.0.1\n10.0.0.1 10.1.1.1\n10.0.0.1 10.1.0.2\n10.0.0.1 10.1.1.2\n"
                                "10.1.0.1 8.8.8.8\n10.1.1.1 8.8.8.8\n10.1.0.2 8.8.8.8\n10.1.1.2 8.8.8.8\n";
    struct mda *mda = trace(graph, "10.0.0.1", 0);
    struct asn_table asn = {0};
    const struct trace_style with_origins = {.protocol = "udp", .owners.asn = &asn};
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    asn_table_add(&asn, (struct prefix){IPV4(0x0a010000), 24}, "64496");
    asn_table_add(&asn, (struct prefix){IPV4(0x0a010100), 24}, "64497");
    asn_table_index(&asn);
    mda_print_text(mda, &with_origins, out);
    fclose(out);
    const char *first = strstr(text, "  2    4  "), *told = strstr(text, "\n          AS6449");
    cr_assert(first && told && told > first, "%s", text);
    cr_expect(strstr(told, "AS64496: 2 routers") && strstr(told, "AS64497: 2 routers"), "%s", text);
    /* The network of the first line is that of the second. */
    const char *network = strstr(first, "[AS"), *next = strstr(network + 1, "[AS");
    cr_expect_eq(strncmp(network, next, 9), 0, "%s", text);
    json_t *object = mda_json(mda, &with_origins);
    json_t *groups = json_object_get(json_array_get(json_object_get(object, "hops"), 1), "by_asn");
    cr_expect_eq(json_array_size(groups), 2);
    cr_expect_eq(json_integer_value(json_object_get(json_array_get(groups, 0), "routers")), 2);
    json_decref(object);
    asn_table_free(&asn);
    free(text);
    destroy(mda);
}

Test(mda_output, says_what_is_not_certain)
{
    struct mda *mda = trace(BY_PACKET, "10.0.0.1", WORLD_PER_PACKET);
    char *text = printed(mda_print_text, mda);

    cr_expect_not_null(strstr(text, "  1    1  10.0.0.1  T ms  per packet -> 10.1.0.1 10.1.0.2\n"), "%s",
                       text);
    cr_expect_not_null(strstr(text, "  2    2  10.1.0.1  T ms ->? 10.2.0.1 10.2.0.2\n"), "%s", text);
    cr_expect_not_null(strstr(text, "  3    2  10.2.0.1  T ms -> 8.8.8.8\n"), "%s", text);
    free(text);
    text = printed(mda_print_dot, mda);
    cr_expect_not_null(strstr(text, "\"2/10.1.0.1\" -> \"3/10.2.0.1\" [style=dashed];\n"), "%s", text);
    cr_expect_not_null(strstr(text, "\\nper packet\"];\n"), "%s", text);
    free(text);
    destroy(mda);
}

Test(mda_output, says_that_it_was_stopped)
{
    struct mda *mda = trace(GRAPH, "10.2.0.1", WORLD_SILENT);
    char *text;

    mda_stop(mda);
    text = printed(mda_print_text, mda);
    cr_expect_not_null(strstr(text, "P probes; not all of it could be found\n"), "%s", text);
    free(text);
    destroy(mda);
}

/* Where nothing answers there is nothing to be sure of. */
Test(mda_output, claims_nothing_of_silence)
{
    struct mda *mda = trace_lossy(GRAPH, "10.2.0.1", WORLD_SILENT, 1);
    char *text = printed(mda_print_text, mda);
    json_t *json = mda_json(mda, &style);

    cr_expect_not_null(strstr(text, "nothing answered, so its ways are not known\n"), "%s", text);
    cr_expect_null(strstr(text, "confidence"), "%s", text);
    cr_expect(json_is_false(json_object_get(json, "complete")));
    cr_expect(json_is_null(json_object_get(json, "confidence")));
    cr_expect_float_eq(json_real_value(json_object_get(json, "confidence_asked")), 0.999, 1e-9);
    json_decref(json);
    free(text);
    destroy(mda);
}

Test(mda_output, prints_a_graph_for_graphviz)
{
    struct mda *mda = trace(GRAPH, "10.2.0.1", WORLD_SILENT);
    char *text = printed(mda_print_dot, mda);

    cr_expect_str_eq(text,
                     "digraph \"8.8.8.8\" {\n"
                     "    rankdir=LR;\n"
                     "    node [shape=box];\n"
                     "    \"source\" [shape=point];\n"
                     "    \"source\" -> \"1/10.0.0.1\";\n"
                     "    \"1/10.0.0.1\" [label=\"10.0.0.1\\nT ms\"];\n"
                     "    { rank=same; \"1/10.0.0.1\"; }\n"
                     "    \"1/10.0.0.1\" -> \"2/10.1.0.1\";\n"
                     "    \"1/10.0.0.1\" -> \"2/10.1.0.2\";\n"
                     "    \"2/10.1.0.1\" [label=\"10.1.0.1\\nT ms\"];\n"
                     "    \"2/10.1.0.2\" [label=\"10.1.0.2\\nT ms\"];\n"
                     "    { rank=same; \"2/10.1.0.1\"; \"2/10.1.0.2\"; }\n"
                     "    \"2/10.1.0.1\" -> \"3/8.8.8.8\";\n"
                     "    \"2/10.1.0.2\" -> \"3/silent0\";\n"
                     "    \"3/silent0\" [label=\"*\", style=dotted];\n"
                     "    \"3/8.8.8.8\" [label=\"8.8.8.8\\nT ms\", peripheries=2];\n"
                     "    { rank=same; \"3/silent0\"; \"3/8.8.8.8\"; }\n"
                     "    \"3/silent0\" -> \"4/8.8.8.8\";\n"
                     "    \"4/8.8.8.8\" [label=\"8.8.8.8\\nT ms\", peripheries=2];\n"
                     "    { rank=same; \"4/8.8.8.8\"; }\n"
                     "}\n",
                     "%s", text);
    free(text);
    destroy(mda);
}

/* By key, and by number within arrays: at(json, "hops", 1, "vertices", 0). */
static const json_t *vertex_at(const json_t *json, size_t hop, size_t vertex)
{
    return json_array_get(json_object_get(json_array_get(json_object_get(json, "hops"), hop), "vertices"),
                          vertex);
}

Test(mda_output, makes_json)
{
    struct mda *mda = trace(GRAPH, "10.2.0.1", WORLD_SILENT);
    json_t *json = mda_json(mda, &style);
    const json_t *first = vertex_at(json, 0, 0), *silent = vertex_at(json, 2, 0),
                 *target = vertex_at(json, 3, 0);

    cr_assert_not_null(json);
    cr_expect_str_eq(json_string_value(json_object_get(json, "target")), "8.8.8.8");
    cr_expect_str_eq(json_string_value(json_object_get(json, "bound")), "graph");
    cr_expect_float_eq(json_real_value(json_object_get(json, "confidence")), 0.999, 1e-9);
    cr_expect(json_is_true(json_object_get(json, "reached")) &&
              json_is_true(json_object_get(json, "complete")));
    cr_expect_eq((uint64_t)json_integer_value(json_object_get(json, "probes")), mda_probes(mda));
    cr_expect_eq(json_array_size(json_object_get(json, "hops")), 4);
    cr_expect_str_eq(json_string_value(json_object_get(first, "id")), "1/10.0.0.1");
    cr_expect_eq(json_array_size(json_object_get(first, "next")), 2);
    cr_expect_gt(json_array_size(json_object_get(first, "flows")), 10);
    cr_expect(json_is_object(json_object_get(first, "answer")));
    cr_expect_str_eq(json_string_value(json_object_get(silent, "id")), "3/silent0");
    cr_expect(json_is_null(json_object_get(silent, "address")) &&
              json_is_null(json_object_get(silent, "answer")));
    cr_expect(json_is_true(json_object_get(target, "target")) &&
              json_is_false(json_object_get(first, "target")));
    json_decref(json);
    destroy(mda);
}
