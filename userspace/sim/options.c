// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/options.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "sim/kind.h"

/* Where the figures come from: docs/simulator.md, "Calibration". */
static const struct realism {
    const char *name;
    uint32_t silent_permille, answering_permille;
    bool fading;
} realisms[] = {
    {"internet", .silent_permille = 120, .answering_permille = 80, .fading = true},
    {"ideal", .silent_permille = 0, .answering_permille = 1000, .fading = false},
};

const struct option_spec sim_option_specs[] = {
    SIM_OPTION_SPECS(0),
    {0},
};

struct sim_options sim_options_default(void)
{
    return (struct sim_options){
        .topology = "synthetic",
        .realism = "internet",
        .seed = 1,
        .queues = 1,
        .silent_permille = SIM_AS_REALISM_SAYS,
        .answering_permille = SIM_AS_REALISM_SAYS,
        .line = sim_line_options_default(),
    };
}

static bool to_permille(double percent, uint32_t *permille)
{
    double rounded = round(percent * 10);

    if (!(percent >= 0 && percent <= 100) || fabs(rounded - percent * 10) > 1e-6)
        return false;
    *permille = (uint32_t)rounded;
    return true;
}

int sim_option_share(const struct option_spec *spec, const char *text, void *field,
                     struct option_error *error)
{
    char *end;
    double percent = strtod(text, &end);

    (void)spec;
    if (end == text || *end || strspn(text, "0123456789.") != strlen(text) || !to_permille(percent, field))
        return option_error_set(error, "'%s' is not a percentage from 0 to 100 such as 12 or 12.5", text);
    return 0;
}

static const struct realism *find_realism(const char *name)
{
    for (size_t i = 0; i < sizeof(realisms) / sizeof(realisms[0]); i++)
        if (strcmp(realisms[i].name, name) == 0)
            return &realisms[i];
    log_error("sim: unknown realism '%s' (possible: internet, ideal)", name);
    return NULL;
}

static uint32_t share_in_force(uint32_t given, uint32_t realistic)
{
    return given == SIM_AS_REALISM_SAYS ? realistic : given;
}

static struct sim_behaviour behaviour_of(const struct sim_options *options, const struct sim_kind *kind,
                                         const struct realism *realism)
{
    static const struct realism given = {.silent_permille = 0, .answering_permille = 1000, .fading = false};

    if (kind->as_given)
        realism = &given;
    return (struct sim_behaviour){
        .seed = options->seed,
        .silent_permille = share_in_force(options->silent_permille, realism->silent_permille),
        .answering_permille = share_in_force(options->answering_permille, realism->answering_permille),
        .fading = realism->fading,
    };
}

static const struct sim_kind *find_kind(const char *text, const char **argument)
{
    const struct sim_kind *kind = sim_kind_find(text, argument);
    char names[128];

    if (!kind)
        log_error("sim: unknown topology '%s' (possible: %s)", text, sim_kind_names(names, sizeof(names)));
    else if (kind->argument && (!*argument || !**argument))
        log_error("sim: topology '%s' needs more: %s:%s", text, kind->name, kind->argument);
    else if (!kind->argument && *argument)
        log_error("sim: topology '%s' takes nothing after its name", kind->name);
    else
        return kind;
    return NULL;
}

static int refuse_shares(const struct sim_kind *kind)
{
    log_error("sim: who answers in topology '%s' is told by %s: leave out silent and answering", kind->name,
              kind->kernel ? "the kernel" : "its file");
    return -EINVAL;
}

static bool asks_for_line(const struct sim_options *options)
{
    const struct sim_line_config line = sim_options_line(options);

    return sim_line_is_needed(&line) || options->line.faults.count;
}

static int refuse_line(const struct sim_kind *kind)
{
    log_error(
        "sim: in topology '%s' the kernel carries the packets: leave out rtt, fault and what happens on "
        "the way",
        kind->name);
    return -EINVAL;
}

int sim_options_resolve(const struct sim_options *options, struct sim_topology *topology)
{
    const char *argument;
    const struct sim_kind *kind = find_kind(options->topology, &argument);
    const struct realism *realism = kind ? find_realism(options->realism) : NULL;

    if (!realism)
        return -EINVAL;

    struct sim_behaviour behaviour = behaviour_of(options, kind, realism);
    if (kind->as_given && (behaviour.silent_permille != 0 || behaviour.answering_permille != 1000))
        return refuse_shares(kind);
    if (kind->kernel && asks_for_line(options))
        return refuse_line(kind);
    return kind->make(&behaviour, argument, topology);
}

struct sim_line_config sim_options_line(const struct sim_options *options)
{
    const char *argument;
    const struct sim_kind *kind = sim_kind_find(options->topology, &argument);
    bool rtt = strcmp(options->realism, "internet") == 0 && !(kind && kind->kernel);

    return sim_line_configure(&options->line, options->seed, rtt);
}

json_t *sim_options_json(const struct sim_options *options)
{
    const char *argument;
    const struct sim_kind *kind = find_kind(options->topology, &argument);
    const struct realism *realism = kind ? find_realism(options->realism) : NULL;

    if (!realism)
        return NULL;

    struct sim_behaviour behaviour = behaviour_of(options, kind, realism);
    return json_pack("{s:s, s:s, s:I, s:f, s:f, s:i, s:s}", "topology", options->topology, "realism",
                     options->realism, "seed", (json_int_t)options->seed, "silent",
                     behaviour.silent_permille / 10.0, "answering", behaviour.answering_permille / 10.0,
                     "queues", (int)options->queues, "rtt",
                     sim_options_line(options).rtt ? "internet" : "off");
}

static int read_options(json_t *object, struct sim_options *options)
{
    json_error_t error;
    json_int_t seed, queues;
    double silent, answering;

    /* Strict: an option from another version would change the truth unnoticed. */
    if (json_unpack_ex(object, &error, JSON_STRICT, "{s:s, s:s, s:I, s:F, s:F, s:I}", "topology",
                       &options->topology, "realism", &options->realism, "seed", &seed, "silent", &silent,
                       "answering", &answering, "queues", &queues)) {
        log_error("sim options in the metadata: %s", error.text);
        return -EINVAL;
    }
    if (seed < 0 || queues < 1 || queues > UINT16_MAX || !to_permille(silent, &options->silent_permille) ||
        !to_permille(answering, &options->answering_permille)) {
        log_error("sim options in the metadata: a number is out of range");
        return -EINVAL;
    }
    options->seed = (uint64_t)seed;
    options->queues = (uint32_t)queues;
    return 0;
}

/* What happened on the way does not change the truth. */
static void leave_out_the_way(json_t *object)
{
    json_object_del(object, "rtt");
    json_object_del(object, "counters");
}

int sim_options_from_json(const json_t *object, struct sim_options *options)
{
    json_t *rest = json_copy((json_t *)(uintptr_t)object); /* shallow: texts stay those of `object` */

    leave_out_the_way(rest);
    int error = read_options(rest, options);
    json_decref(rest);
    return error;
}
