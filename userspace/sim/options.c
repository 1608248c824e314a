// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/options.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "output/json_value.h"
#include "sim/habits.h"
#include "sim/kind.h"
#include "sim/realism.h"
#include "sim/share.h"

const struct option_spec sim_option_specs[] = {
    SIM_OPTION_SPECS(0),
    {0},
};

struct sim_options sim_options_default(void)
{
    return (struct sim_options){
        .topology = "synthetic",
        .realism = SIM_REALISM_INTERNET,
        .seed = 1,
        .queues = 1,
        .silent_permille = SIM_AS_REALISM_SAYS,
        .answering_permille = SIM_AS_REALISM_SAYS,
        .balanced_permille = SIM_AS_REALISM_SAYS,
        .loop_permille = SIM_AS_REALISM_SAYS,
        .tunnel_permille = SIM_AS_REALISM_SAYS,
        .alias_permille = SIM_AS_REALISM_SAYS,
        .parting_permille = SIM_AS_REALISM_SAYS,
        .alike_permille = SIM_AS_REALISM_SAYS,
        .churn_permille = SIM_AS_REALISM_SAYS,
        .churn_ns = 10 * NS_PER_S,
        .long_quotation_permille = SIM_AS_REALISM_SAYS,
        .middlebox_permille = SIM_AS_REALISM_SAYS,
        .bogus_permille = SIM_AS_REALISM_SAYS,
        .firewall_permille = SIM_AS_REALISM_SAYS,
        .rate_limits = SIM_AS_REALISM_SAYS,
        .threaded_napi = SIM_AS_REALISM_SAYS,
        .line = sim_line_options_default(),
    };
}

/* Metadata may hold a word that no option allows. */
static int check_realism(const char *name)
{
    struct error_text error;

    if (choices_find(sim_realism_choices, name) >= 0)
        return 0;
    choices_refuse(sim_realism_choices, name, &error);
    log_error("sim: realism: %s", error.text);
    return -EINVAL;
}

static const struct sim_kind *find_kind(const char *text, const char **argument)
{
    const struct sim_kind *kind = sim_kind_find(text, argument);
    struct error_text error;

    if (!kind) {
        choices_refuse(sim_kind_choices, text, &error);
        log_error("sim: topology: %s", error.text);
    } else if (kind->argument && (!*argument || !**argument))
        log_error("sim: topology '%s' needs a value: %s%s", text, kind->name, kind->argument);
    else if (!kind->argument && *argument)
        log_error("sim: topology '%s' takes no value", kind->name);
    else
        return kind;
    return NULL;
}

/* Returns the name in use. A real kernel sets its own IP IDs. */
static const char *ip_ids_of(const struct sim_options *options, const struct sim_kind *kind)
{
    bool internet = sim_realism_is_internet(options->realism) && !kind->kernel;

    return options->ip_ids ? options->ip_ids : sim_ip_ids_usual(internet);
}

static int choose_ip_ids(const struct sim_options *options, const struct sim_kind *kind,
                         struct sim_behaviour *behaviour)
{
    const char *name = ip_ids_of(options, kind);
    int found = sim_ip_ids_find(name);
    struct error_text error;

    if (found < 0) {
        choices_refuse(sim_ip_id_choices, name, &error);
        log_error("sim: ip-ids: %s", error.text);
        return -EINVAL;
    }
    if (kind->kernel && found != SIM_IP_ID_ZERO) {
        log_error("sim: how topology '%s' behaves is determined by the kernel: leave out ip-ids", kind->name);
        return -EINVAL;
    }
    behaviour->ip_ids = (uint32_t)found;
    return 0;
}

/* Evaluates the options: the kind, its argument and its behaviour. Returns NULL after one line on stderr. */
static const struct sim_kind *choose(const struct sim_options *options, const char **argument,
                                     struct sim_behaviour *behaviour)
{
    const struct sim_kind *kind = find_kind(options->topology, argument);

    if (!kind || check_realism(options->realism))
        return NULL;
    *behaviour =
        (struct sim_behaviour){.seed = options->seed,
                               .fading = sim_realism_is_internet(options->realism) && !kind->as_given,
                               .churn_ns = options->churn_ns};
    if (choose_ip_ids(options, kind, behaviour))
        return NULL;
    return sim_shares_resolve(options, kind, sim_realism_is_internet(options->realism), behaviour) ? NULL
                                                                                                   : kind;
}

static bool asks_for_line(const struct sim_options *options)
{
    const struct sim_line_config line = sim_options_line(options);

    return sim_line_is_needed(&line) || options->line.faults.count;
}

static int refuse_line(const struct sim_kind *kind)
{
    log_error("sim: in topology '%s' the kernel carries the packets: leave out rtt, fault and the options "
              "that end in -out or -back",
              kind->name);
    return -EINVAL;
}

const char *sim_options_file(const struct sim_options *options)
{
    const char *argument;
    const struct sim_kind *kind = sim_kind_find(options->topology, &argument);

    if (!kind || !kind->argument || strcmp(kind->argument, ":FILE") != 0)
        return NULL;
    return options->file ? options->file : argument;
}

int sim_options_settle(struct sim_options *options, const char *directory, char **text)
{
    const char *file = sim_options_file(options);

    *text = NULL;
    if (!file || file[0] == '/')
        return 0;
    if (asprintf(text, "%s/%s", directory, file) < 0) {
        *text = NULL;
        return -ENOMEM;
    }
    options->file = *text;
    return 0;
}

int sim_options_resolve(const struct sim_options *options, struct sim_topology *topology)
{
    struct sim_behaviour behaviour;
    const char *argument;
    const struct sim_kind *kind = choose(options, &argument, &behaviour);
    int error;

    if (!kind)
        return -EINVAL;
    if (kind->kernel && asks_for_line(options))
        return refuse_line(kind);
    error = kind->make(&behaviour, options->file ? options->file : argument, topology);
    if (!error)
        sim_habits_make(&behaviour, &topology->habits);
    return error;
}

struct sim_line_config sim_options_line(const struct sim_options *options)
{
    const char *argument;
    const struct sim_kind *kind = sim_kind_find(options->topology, &argument);
    bool rtt = sim_realism_is_internet(options->realism) && !(kind && kind->kernel);

    return sim_line_configure(&options->line, options->seed, rtt);
}

json_t *sim_options_json(const struct sim_options *options)
{
    struct sim_behaviour behaviour;
    const char *argument;
    const struct sim_kind *kind = choose(options, &argument, &behaviour);
    json_t *object;

    if (!kind)
        return NULL;
    object = json_pack("{s:o, s:s, s:I, s:i, s:s, s:s}", "topology", json_bytes(options->topology), "realism",
                       options->realism, "seed", (json_int_t)options->seed, "queues", (int)options->queues,
                       "rtt", sim_options_line(options).rtt ? SIM_RTT_INTERNET : SIM_RTT_OFF, "ip-ids",
                       ip_ids_of(options, kind));
    if (object && sim_shares_write(&behaviour, object)) {
        json_decref(object);
        return NULL;
    }
    return object;
}

/* Strict, because an unknown option of another version would change the truth unnoticed. */
static int read_others(json_t *object, struct sim_options *options)
{
    json_error_t error;
    json_int_t seed, queues;

    options->ip_ids = "zero"; /* for older metadata */
    if (json_unpack_ex(object, &error, JSON_STRICT, "{s:s, s:s, s:I, s:I, s?s}", "topology",
                       &options->topology, "realism", &options->realism, "seed", &seed, "queues", &queues,
                       "ip-ids", &options->ip_ids)) {
        log_error("sim options in the metadata: %s", error.text);
        return -EINVAL;
    }
    if (seed < 0 || queues < 1 || queues > UINT16_MAX) {
        log_error("sim options in the metadata: a number is out of range");
        return -EINVAL;
    }
    options->seed = (uint64_t)seed;
    options->queues = (uint32_t)queues;
    return 0;
}

/* The impairments on the line do not change the truth. */
static void leave_out_the_way(json_t *object)
{
    json_object_del(object, "rtt");
    json_object_del(object, "counters");
}

int sim_options_from_json(const json_t *object, struct sim_options *options)
{
    json_t *rest = json_copy((json_t *)(uintptr_t)object); /* a shallow copy: texts still belong to
                                                              `object` */
    int error;

    leave_out_the_way(rest);
    error = sim_shares_take(rest, options);
    if (!error)
        error = read_others(rest, options);
    json_decref(rest);
    return error;
}
