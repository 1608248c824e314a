// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/score_report.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <math.h>

#include "base/address_text.h"
#include "base/enum_table.h"
#include "base/number.h"
#include "output/json_value.h"

enum {
    SHOWN = 20, /* missed and false things that are shown: enough to see a pattern */
};

static const char *const kind_names[] = {
    [SCORE_INTERFACE] = "interface",
    [SCORE_LINK] = "link",
    [SCORE_TARGET] = "target",
    [SCORE_ALIAS] = "alias",
};
ENUM_TABLE(kind_names, SCORE_KINDS);

typedef size_t list_things(const struct score *score, enum score_kind kind, struct score_thing *things,
                           size_t n);

static json_t *thing_json(enum score_kind kind, struct score_thing thing)
{
    if (kind == SCORE_ALIAS)
        return json_pack("{ss s[oo]}", "kind", kind_names[kind], "addresses", json_address(thing.from),
                         json_address(thing.address));
    if (kind == SCORE_LINK)
        return json_pack("{ss so so}", "kind", kind_names[kind], "from", json_address(thing.from), "to",
                         json_address(thing.address));
    return json_pack("{ss so}", "kind", kind_names[kind], "address", json_address(thing.address));
}

static json_t *list_json(const struct score *score, list_things *list)
{
    json_t *array = json_array();
    struct score_thing things[SHOWN];
    size_t left = SHOWN;

    for (enum score_kind kind = 0; kind < SCORE_KINDS; kind++) {
        size_t count = list(score, kind, things, left);

        for (size_t i = 0; i < count; i++) {
            if (json_array_append_new(array, thing_json(kind, things[i]))) {
                json_decref(array);
                return NULL;
            }
        }
        left -= count;
    }
    return array;
}

static json_t *result_json(struct score_result result)
{
    return json_pack("{sI sI sf sf}", "true", (json_int_t)result.visible, "found", (json_int_t)result.found,
                     "recall", result.recall, "precision", result.precision);
}

/* NAN if unknown. */
static double probes_per_interface(const struct score_probes *probes, struct score_result interfaces)
{
    return probes->known && interfaces.found ? (double)probes->sent / (double)interfaces.found : NAN;
}

static const struct {
    const char *key;
    const char *text;
} reasons[] = {
    [SCORE_NEVER_SENT] = {"never_sent", "probes never sent"},
    [SCORE_RATE_LIMITED] = {"rate_limited", "replies not sent because of rate limits"},
    [SCORE_LOST_OUT] = {"lost_out", "probes lost on the way"},
    [SCORE_LOST_BACK] = {"lost_back", "replies lost on the way"},
    [SCORE_LOST_HERE] = {"lost_here", "replies lost on the survey's host"},
};
ENUM_TABLE(reasons, SCORE_REASONS);

static json_t *reasons_json(const struct score_probes *probes)
{
    json_t *object;

    if (!probes->known)
        return json_null();
    object = json_object();
    for (int i = 0; i < SCORE_REASONS; i++)
        json_object_set_new(object, reasons[i].key, json_integer((json_int_t)probes->reasons[i]));
    return object;
}

/* Prints reasons only if something was missed. */
static void print_reasons(const struct score *score, const struct score_probes *probes, FILE *out)
{
    char number[NUMBER_TEXT_SIZE];
    struct score_thing thing;
    size_t missed = 0;

    for (enum score_kind kind = 0; kind < SCORE_KINDS; kind++)
        missed += score_missed(score, kind, &thing, 1);
    for (int i = 0; missed && i < SCORE_REASONS; i++)
        if (probes->reasons[i])
            fprintf(out, "  why: %s: %s\n", reasons[i].text, number_group(probes->reasons[i], number));
}

int score_print_json(const struct score *score, const struct score_probes *probes, FILE *out)
{
    struct score_result interfaces = score_result(score, SCORE_INTERFACE);
    struct score_result targets = score_result(score, SCORE_TARGET);
    double per_interface = probes_per_interface(probes, interfaces);
    json_t *object =
        json_pack("{so so sI sI so so so so so}", "interfaces", result_json(interfaces), "links",
                  result_json(score_result(score, SCORE_LINK)), "reached", (json_int_t)targets.found,
                  "reached_true", (json_int_t)targets.visible, "probes",
                  probes->known ? json_integer((json_int_t)probes->sent) : json_null(),
                  "probes_per_interface", isnan(per_interface) ? json_null() : json_real(per_interface),
                  "missed", list_json(score, score_missed), "false", list_json(score, score_false), "reasons",
                  reasons_json(probes));

    if (object && score->aliases) {
        json_object_set_new(object, "aliases", result_json(score_result(score, SCORE_ALIAS)));
        json_object_set_new(object, "aliases_unjudged", json_integer((json_int_t)score->unjudged));
    }
    if (!object)
        return -ENOMEM;
    int failed = json_dumpf(object, out, JSON_INDENT(2));
    fputc('\n', out);
    json_decref(object);
    return failed && !ferror(out) ? -ENOMEM : 0;
}

/* Cut, not rounded, so that only a complete result shows 100 %. */
static double percent(double share)
{
    return floor(share * 1e4) / 1e2;
}

static void print_row(const char *name, struct score_result result, FILE *out)
{
    char visible[NUMBER_TEXT_SIZE], found[NUMBER_TEXT_SIZE];

    fprintf(out, "%-12s %14s %14s %9.2f %% %9.2f %%\n", name, number_group(result.visible, visible),
            number_group(result.found, found), percent(result.recall), percent(result.precision));
}

static void print_thing(const char *title, enum score_kind kind, struct score_thing thing, FILE *out)
{
    char from[ADDRESS_TEXT_SIZE], address[ADDRESS_TEXT_SIZE];

    address_format(thing.address, address);
    if (kind == SCORE_LINK || kind == SCORE_ALIAS) {
        address_format(thing.from, from);
        fprintf(out, "  %s %s %s %s %s\n", title, kind_names[kind], from, kind == SCORE_LINK ? "->" : "=",
                address);
    } else {
        fprintf(out, "  %s %s %s\n", title, kind_names[kind], address);
    }
}

static void print_list(const struct score *score, const char *title, list_things *list, FILE *out)
{
    struct score_thing things[SHOWN];
    size_t left = SHOWN;

    for (enum score_kind kind = 0; kind < SCORE_KINDS; kind++) {
        size_t count = list(score, kind, things, left);

        for (size_t i = 0; i < count; i++)
            print_thing(title, kind, things[i], out);
        left -= count;
    }
}

void score_print(const struct score *score, const struct score_probes *probes, FILE *out)
{
    struct score_result interfaces = score_result(score, SCORE_INTERFACE);
    char sent[NUMBER_TEXT_SIZE];

    fprintf(out, "%-12s %14s %14s %11s %11s\n", "", "true", "found", "recall", "precision");
    print_row("interfaces", interfaces, out);
    print_row("links", score_result(score, SCORE_LINK), out);
    print_row("targets", score_result(score, SCORE_TARGET), out);
    if (score->aliases)
        print_row("alias pairs", score_result(score, SCORE_ALIAS), out);
    if (score->unjudged)
        fprintf(out, "%-12s %29s, of addresses that are not in the truth\n", "not judged",
                number_group(score->unjudged, sent));
    if (probes->known) {
        fprintf(out, "%-12s %29s", "probes", number_group(probes->sent, sent));
        if (interfaces.found)
            fprintf(out, ", %.2f for each interface found", probes_per_interface(probes, interfaces));
        fputc('\n', out);
    }
    print_list(score, "missed", score_missed, out);
    print_reasons(score, probes, out);
    print_list(score, "false", score_false, out);
}
