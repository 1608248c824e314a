// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/path_json.h"

#include <stdio.h>

#include "output/json_labels.h"
#include "output/json_objects.h"
#include "output/json_value.h"
#include "trace/names.h"
#include "trace/path_tos.h"
#include "trace/whose.h"

static json_t *label_json(struct label label)
{
    return json_sprintf("%u:%u:%u:%u", label.value, label.tc, label.bottom, label.ttl);
}

static json_t *flags_json(const struct record *record)
{
    json_t *flags = json_array();

    for (int i = 0; i < RECORD_FLAGS; i++)
        if (record->flags & 1 << i)
            json_array_append_new(flags, json_string(record_flag_names[i]));
    return flags;
}

json_t *answer_rtt_json(uint32_t rtt_us)
{
    return rtt_us == RECORD_NO_RTT ? json_null() : json_ms(rtt_us);
}

json_t *answer_labels_json(const struct record *record)
{
    return json_labels(record, label_json);
}

json_t *answer_tos_json(const struct record *record)
{
    return record->quoted_tos == RECORD_NO_TOS ? json_null() : json_integer(record->quoted_tos);
}

json_t *answer_json(const struct record *record, const struct trace_style *style)
{
    const char *name = NULL;
    json_t *object = json_pack("{s:o, s:o, s:i, s:i, s:o, s:o, s:i, s:i, s:o, s:o, s:o, s:o}", "responder",
                               json_address(record->responder), "rtt_ms", answer_rtt_json(record->rtt_us),
                               "reply_ttl", record->reply_ttl, "quoted_ttl", record->quoted_ttl, "quoted_tos",
                               answer_tos_json(record), "quoted_target", json_address(record->target_address),
                               "icmp_type", record->icmp_type, "icmp_code", record->icmp_code, "mpls",
                               answer_labels_json(record), "interface_info", json_interfaces(record),
                               "extensions", json_extensions(record), "flags", flags_json(record));

    if (style->names && names_get(style->names, record->responder, &name) == NAME_KNOWN)
        json_object_set_new(object, "name", json_text(name));
    if (object)
        whose_json(&style->owners, record->responder, object);
    return object;
}

static json_t *hop_json(const struct trace_job *job, unsigned ttl, const struct trace_style *style)
{
    json_t *hop = json_array();

    for (unsigned i = 0; i < path_config(job->path)->queries; i++) {
        const struct path_query *query = path_query(job->path, ttl, i);

        json_array_append_new(hop, query->state == QUERY_ANSWERED ? answer_json(&query->record, style)
                                                                  : json_null());
    }
    return hop;
}

static bool was_asked(const struct path *path, unsigned ttl)
{
    return path_query(path, ttl, 0)->state != QUERY_UNSENT;
}

static json_t *tos_changed_json(unsigned ttl)
{
    return ttl ? json_integer(ttl) : json_null();
}

json_t *path_json(const struct trace_job *job, const struct trace_style *style)
{
    const struct path_config *config = path_config(job->path);
    const struct mtu mtu = path_mtu(job->path);
    json_t *hops = json_array();

    for (unsigned ttl = config->first_ttl; ttl <= path_length(job->path) && was_asked(job->path, ttl); ttl++)
        json_array_append_new(hops, hop_json(job, ttl, style));
    return json_pack("{s:o, s:o, s:o, s:i, s:s, s:o, s:i, s:o, s:b, s:i, s:o, s:i, s:i, s:b, s:b, s:b, s:o}",
                     "target", json_address(config->target_address), "name", json_text(job->host->name),
                     "source", json_address(job->host->source), "flow", config->flow, "protocol",
                     style->protocol, "port", style->port ? json_integer(style->port) : json_null(), "size",
                     config->size, "path_mtu", config->find_mtu ? json_integer(mtu.size) : json_null(),
                     "path_mtu_guessed", mtu.guessed, "tos", (int)style->tos, "tos_changed_ttl",
                     tos_changed_json(path_tos_changed(job->path, style->tos)), "first_ttl",
                     config->first_ttl, "max_ttl", config->max_ttl, "reached", path_reached(job->path),
                     "complete", path_rounds(job->path) > 0, "probed",
                     was_asked(job->path, config->first_ttl), "hops", hops);
}
