// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/description.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/version.h"
#include "host/urgency.h"
#include "output/json_value.h"
#include "survey/device_check.h"
#include "survey/figures_told.h"
#include "survey/gentleness.h"
#include "survey/limited_told.h"
#include "survey/way_out.h"
#include "survey/ways_told.h"

static void describe_plan(const struct plan *plan, struct survey_metadata *out)
{
    out->seed = plan->config.seed;
    out->key = plan->config.layout.key;
    out->layout = plan->config.layout.layout;
    out->port = plan->config.layout.port;
    out->granularity = plan->config.granularity;
    out->granularity6 = plan->config.granularity6;
    out->per_prefix = plan->config.per_prefix;
    out->host6 = plan->config.host6;
    out->shard = plan->config.shard;
    out->requires.shards = !shard_is_whole(&plan->config.shard);
    out->min_ttl = plan->config.min_ttl;
    out->max_ttl = plan->config.max_ttl;
    out->flows = plan->config.flows;
    out->flows_by = plan->config.flows_by;
    out->requires.flows_by_host = plan->config.flows_by == FLOWS_BY_HOST && plan->config.flows > 1;
    out->allow_special = plan->config.allow_special;
    out->targets.prefixes = *targets_list(plan->targets);
    out->blocklist.prefixes = plan->blocked_listed;
    out->probes = plan->probes;
    out->tags = LAYOUT_TAGS;
}

static void describe_host(const struct survey *survey, const struct utsname *system,
                          struct survey_metadata *out)
{
    const struct egress *egress = &survey->ways.list[0].egress;

    out->host = system->nodename;
    out->kernel = system->release;
    out->nic = egress->link.name;
    out->driver = egress->link.driver;
    out->xdp_mode = xdp_mode_name(survey->entrances[0].xdp_mode);
    out->source = egress->source;
    out->vlan = egress->vlan == FRAME_NO_VLAN ? 0 : egress->vlan;
    memcpy(out->gateway_mac, egress->next_hop_mac, sizeof(out->gateway_mac));
}

/* Outside a private namespace devices carry other packets, too. So a difference is given, and no check. */
static json_t *device_difference(const struct survey *survey, const struct ledger *ledger)
{
    struct link_counters grown;

    survey_device_counters(survey, &grown);
    return json_pack("{s:I, s:I}", "tx_packets", (json_int_t)(grown.tx_packets - ledger->sent), "rx_packets",
                     (json_int_t)(grown.rx_packets - ledger->received));
}

static json_t *entrance_json(const struct entrance *entrance)
{
    return json_pack("{s:o, s:s, s:s}", "interface", json_bytes(entrance->link.name), "driver",
                     entrance->link.driver, "xdp_mode", xdp_mode_name(entrance->xdp_mode));
}

/* The older keys, `nic`, `source` and so on, describe the first way. */
static json_t *ways_json(const struct survey *survey)
{
    json_t *in = json_array();

    for (unsigned i = 0; i < survey->entrance_count; i++)
        json_array_append_new(in, entrance_json(&survey->entrances[i]));
    return json_pack("{s:o, s:o, s:o}", "out", ways_out_json(&survey->ways), "in", in, "left_out",
                     ways_left_out_json(&survey->ways));
}

static json_t *outage_json(const struct survey *survey, const char *interface, const struct outage *outage)
{
    return json_pack("{s:o, s:f, s:f, s:s, s:I}", "interface", json_bytes(interface), "after",
                     (double)((int64_t)(outage->start_ns - survey->started_ns)) / (double)NS_PER_S, "seconds",
                     (double)(outage->end_ns - outage->start_ns) / (double)NS_PER_S, "why",
                     link_condition_name(outage->why), "sent", (json_int_t)outage->sent);
}

/* Of each link only the first outages are listed. */
static json_t *first_outages_json(const struct survey *survey)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < survey->outlet_count; i++) {
        const struct outlet *outlet = &survey->outlets[i];
        const char *interface = way_out_link(survey, outlet)->name;

        for (uint64_t k = 0; k < outlet->outages.count && k < OUTAGES_KEPT; k++)
            json_array_append_new(list, outage_json(survey, interface, &outlet->outages.kept[k]));
    }
    return list;
}

/* `sent` counts probes that left during outages and may be lost. */
static json_t *outages_json(const struct survey *survey, const struct survey_status *status)
{
    if (!status->outages.count)
        return NULL;
    return json_pack("{s:I, s:f, s:I, s:o}", "count", (json_int_t)status->outages.count, "seconds",
                     (double)status->outages.ns / (double)NS_PER_S, "sent", (json_int_t)status->outages.sent,
                     "first", first_outages_json(survey));
}

/* `rate` is the final rate; null where the survey was too short to find one. */
static json_t *auto_rate_json(const struct survey_status *status)
{
    bool held = status->auto_rate.held;

    if (!isnan(status->asked_rate))
        return NULL;
    return json_pack(
        "{s:o, s:o, s:I, s:I}", "rate", held ? json_real(status->auto_rate.rate) : json_null(), "found_after",
        held ? json_real((double)status->auto_rate.found_ns / (double)NS_PER_S) : json_null(), "lost_before",
        (json_int_t)status->auto_rate.lost_before, "lost_since", (json_int_t)status->auto_rate.lost);
}

static json_t *back_pressure_json(const struct survey_status *status)
{
    if (!status->slowed.times)
        return NULL;
    return json_pack("{s:f, s:f, s:I}", "seconds", (double)status->slowed.ns / (double)NS_PER_S,
                     "least_share", status->slowed.least, "times", (json_int_t)status->slowed.times);
}

/* `umem_lasts` is in seconds, null where it is not known. */
static json_t *receiving_json(const struct survey *survey)
{
    const struct umem_budget *umem = &survey->umem;

    return json_pack("{s:I, s:I, s:I, s:o, s:o, s:s}", "queues", (json_int_t)survey->source_count,
                     "umem_bytes", (json_int_t)umem->bytes, "umem_wanted", (json_int_t)umem->wanted,
                     "umem_lasts", isfinite(umem->lasts) ? json_real(umem->lasts) : json_null(), "numa_node",
                     survey->home.node < 0 ? json_null() : json_integer(survey->home.node), "urgency",
                     urgency_name(survey->urgency));
}

/* The key `blocklist` has the list of the start, by which the targets were chosen. */
static json_t *control_json(const struct survey *survey)
{
    const struct blocklist_reload *reload = &survey->reload;
    json_t *list = reload->in_force ? metadata_list_json(&reload->listed) : NULL;

    return steering_json(&survey->steering, clock_now_ns(), list);
}

static void describe_counters(const struct survey *survey, const struct survey_status *status,
                              struct survey_metadata *out)
{
    out->counted = true;
    out->achieved_rate = status_rate(status);
    out->graph = (struct metadata_graph){
        .interfaces = status->interfaces,
        .links = status->links,
        .ipv6_interfaces = status->ipv6_interfaces,
        .ipv6_links = status->ipv6_links,
        .interfaces_complete = status->interfaces_complete,
        .links_complete = status->links_complete,
    };
    out->limited = limited_told_json(survey);
    out->figures = figures_told_json(survey);
    out->reached = status->reached;
    out->ledger = status->ledger;
    out->auto_rate = auto_rate_json(status);
    out->back_pressure = back_pressure_json(status);
    out->outages = outages_json(survey, status);
    out->control = control_json(survey);
    if (out->sim && survey->uplink)
        json_object_set_new(out->sim, "counters", sim_uplink_json(survey->uplink));
}

/* Counters of devices are compared when no packet is on the way any more. */
static void describe_end(const struct survey *survey, const struct survey_status *status,
                         struct survey_metadata *out)
{
    describe_counters(survey, status, out);
    out->ended = true;
    /* By the clock of the records, which is never set. The wall clock may have been stepped meanwhile. */
    out->end_us = clock_to_realtime_ns(&survey->clock, clock_now_ns()) / NS_PER_US;
    out->device_sent = device_check_json(survey);
    out->device_difference = device_difference(survey, &status->ledger);
}

void survey_describe_lists(const struct survey *survey, struct survey_metadata *out)
{
    out->targets.file = survey->targets_file;
    out->blocklist.file = survey->blocklist_file;
    out->requires.lists = survey->targets_file.name[0] || survey->blocklist_file.name[0];
}

static void describe_history(const struct survey *survey, struct survey_metadata *out)
{
    if (!survey->config->resumed)
        return;
    out->resumed = survey->history.resumed;
    out->parts = json_incref(survey->history.parts);
    out->start_us = survey->history.start_us;
    out->clock = survey->config->resumed->clock;
}

/* Adds the sums over all runs. */
static void add_history(const struct survey *survey, const struct survey_status *status,
                        struct survey_metadata *out)
{
    const struct history *history = &survey->history;
    double seconds = history->seconds + (double)status->elapsed_ns / (double)NS_PER_S;

    if (!survey->config->resumed)
        return;
    ledger_add(&out->ledger, &history->ledger);
    out->achieved_rate = seconds > 0 ? (double)out->ledger.sent / seconds : 0;
}

/* This run becomes a part when it has ended. Until then its state describes it (survey/checkpoint.h). */
static void describe_parts(const struct survey *survey, const struct survey_status *status,
                           enum survey_state state, struct survey_metadata *out)
{
    if (!survey->config->resumed)
        return;
    json_decref(out->parts);
    out->parts = history_parts_json(survey, status, survey_state_name(state));
}

static int describe(const struct survey *survey, enum survey_state state, struct survey_description *out)
{
    const struct survey_config *config = survey->config;
    struct survey_metadata *metadata = &out->metadata;

    *metadata = (struct survey_metadata){
        .schema = METADATA_SCHEMA,
        .version = hopwire_version(),
        .command_line = {(const char *const *)config->argv, (size_t)config->argc},
        .directory = config->directory,
        .start_us = clock_to_realtime_ns(&survey->clock, survey->started_ns) / NS_PER_US,
        .asked_rate = config->rate,
        .clock = survey->clock,
        .cooldown = (double)config->cooldown_ns / (double)NS_PER_S,
        .late_after_us = config->late_after_us,
        .contact = config->contact,
        .strategy = config->strategy_text,
        .tx = survey->tx->name,
        .tx_auto = config->tx ? NULL : survey->tx_why,
        .threads = survey->sender_count,
        .cpus = survey->placement.senders,
        .state = state,
    };
    describe_history(survey, metadata);
    uname(&out->system);
    describe_plan(config->plan, metadata);
    survey_describe_lists(survey, metadata);
    describe_host(survey, &out->system, metadata);
    metadata->ways = ways_json(survey);
    metadata->sim = config->sim ? sim_options_json(config->sim) : NULL;
    metadata->gentle = gentleness_json(survey);
    metadata->receiving = receiving_json(survey);
    metadata->discovery = survey->discovery.count ? discovery_json(&survey->discovery) : NULL;
    metadata->files =
        config->records.places[0].rotation ? rotation_json(config->records.places[0].rotation) : NULL;
    metadata->outputs = record_output_json(&config->records);
    return config->sim && !metadata->sim ? -ENOMEM : 0;
}

int survey_describe_so_far(const struct survey *survey, const struct survey_status *status,
                           struct survey_description *out)
{
    int error = describe(survey, SURVEY_RUNNING, out);

    describe_counters(survey, status, &out->metadata);
    add_history(survey, status, &out->metadata);
    return error;
}

/* The counts of the runs before are included from the start on. */
int survey_describe(const struct survey *survey, struct survey_description *out)
{
    struct survey_status status;

    if (!survey->config->resumed)
        return describe(survey, SURVEY_RUNNING, out);
    survey_status(survey, &status);
    return survey_describe_so_far(survey, &status, out);
}

int survey_describe_end(const struct survey *survey, enum survey_state state, const char *stopped,
                        const struct survey_status *status, struct survey_description *out)
{
    int error = describe(survey, state, out);

    out->metadata.stopped = stopped;
    describe_end(survey, status, &out->metadata);
    add_history(survey, status, &out->metadata);
    describe_parts(survey, status, state, &out->metadata);
    return error;
}

void survey_describe_free(struct survey_description *description)
{
    struct survey_metadata *metadata = &description->metadata;

    json_decref(metadata->ways);
    json_decref(metadata->parts);
    json_decref(metadata->sim);
    json_decref(metadata->receiving);
    json_decref(metadata->files);
    json_decref(metadata->outputs);
    json_decref(metadata->gentle);
    json_decref(metadata->discovery);
    json_decref(metadata->limited);
    json_decref(metadata->figures);
    json_decref(metadata->auto_rate);
    json_decref(metadata->back_pressure);
    json_decref(metadata->device_difference);
    json_decref(metadata->device_sent);
    json_decref(metadata->outages);
    json_decref(metadata->control);
}
