// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/address_text.h"
#include "output/json_objects.h"
#include "output/json_value.h"
#include "trace/path_json.h"
#include "trace/watch_table.h"
#include "trace/whose.h"

static int add_told(json_t *object, const struct record *record)
{
    return json_object_set_new(object, "quoted_tos", answer_tos_json(record)) |
           json_object_set_new(object, "mpls", answer_labels_json(record)) |
           json_object_set_new(object, "interface_info", json_interfaces(record)) |
           json_object_set_new(object, "extensions", json_extensions(record));
}

static json_t *responder_json(const struct watch_table *table, unsigned hop, unsigned which)
{
    const struct hop_responder *responder = &table->hops[hop].responders[which];
    char address[ADDRESS_TEXT_SIZE], number[ASN_TEXT_SIZE];
    const char *name = NULL;

    address_format(responder->address, address);
    if (names_get(table->names, responder->address, &name) != NAME_KNOWN)
        name = NULL;
    json_t *object = json_pack(
        "{s:s, s:o, s:s?, s:I}", "address", address, "name", name ? json_text(name) : json_null(), "asn",
        asn_text(table->owners.asn, responder->address, number), "answers", (json_int_t)responder->answers);
    if (object)
        whose_json(&table->owners, responder->address, object);
    if (table->told && add_told(object, &table->told[hop].records[which])) {
        json_decref(object);
        return NULL;
    }
    return object;
}

static json_t *responders_json(const struct watch_table *table, unsigned hop)
{
    json_t *array = json_array();

    for (unsigned i = 0; array && i < table->hops[hop].responder_count; i++)
        json_array_append_new(array, responder_json(table, hop, i));
    return array;
}

static json_t *time_json(bool known, double us)
{
    return known ? json_ms(us) : json_null();
}

static json_t *error_json(const struct hop_error *error)
{
    return error->icmp_type
               ? json_pack("{s:i, s:i}", "icmp_type", error->icmp_type, "icmp_code", error->icmp_code)
               : json_null();
}

static json_t *groups_json(const struct watch_table *table, unsigned hop)
{
    struct as_groups groups;

    watch_table_groups(table, hop, &groups);
    return as_groups_json(&groups, "answers");
}

static json_t *hop_json(const struct watch_table *table, unsigned hop)
{
    const struct hop_stats *stats = &table->hops[hop];
    bool known = stats->timed > 0, varied = stats->timed > 1;

    return json_pack("{s:i, s:I, s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o*, s:I}", "ttl",
                     (int)(table->first_ttl + hop), "sent", (json_int_t)hop_stats_sent(stats), "lost",
                     (json_int_t)stats->lost, "errors", (json_int_t)stats->errors, "last_error",
                     error_json(&stats->last_error), "last_ms", time_json(known, stats->last_us), "best_ms",
                     time_json(known, stats->best_us), "avg_ms", time_json(known, stats->mean_us), "worst_ms",
                     time_json(known, stats->worst_us), "stdev_ms",
                     time_json(varied, hop_stats_deviation_us(stats)), "jitter_ms",
                     time_json(varied, hop_stats_jitter_us(stats)), "responders", responders_json(table, hop),
                     "by_asn", table->owners.asn ? groups_json(table, hop) : NULL, "other_answers",
                     (json_int_t)stats->other_answers);
}

json_t *watch_table_json(const struct watch_table *table)
{
    json_t *array = json_array();

    for (unsigned hop = 0; array && hop < table->count; hop++)
        if (json_array_append_new(array, hop_json(table, hop))) {
            json_decref(array);
            return NULL;
        }
    return array;
}
