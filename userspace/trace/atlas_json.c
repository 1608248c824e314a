// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/atlas_json.h"

#include <string.h>

#include "base/clock.h"
#include "icmp_kind.h"
#include "output/json_labels.h"
#include "output/json_value.h"

enum {
    FIRMWARE = 5080, /* of the first results in this form; readers choose by it how to read them */
    EXTENSIONS_VERSION = 2,
};

static json_t *label_json(struct label label)
{
    return json_pack("{s:i, s:i, s:i, s:i}", "label", label.value, "exp", label.tc, "s", label.bottom, "ttl",
                     label.ttl);
}

/* `rfc4884` states whether the quotation gave its length. A record does not hold that; most quotations give
 * none. */
static json_t *extensions_json(const struct record *record)
{
    return json_pack("{s:i, s:i, s:[{s:i, s:i, s:o}]}", "version", EXTENSIONS_VERSION, "rfc4884", 0, "obj",
                     "class", ICMP_OBJECT_MPLS_CLASS, "type", ICMP_OBJECT_MPLS_TYPE, "mpls",
                     json_labels(record, label_json));
}

/* One letter for the usual reasons, else the code; NULL where it is no error, or the target's own. */
static json_t *error_ipv4(uint8_t code)
{
    switch (code) {
    case 0:
        return json_string("N");
    case 1:
        return json_string("H");
    case 2:
        return json_string("P");
    case ICMP_PORT_UNREACHABLE:
        return json_string("p");
    case 13:
        return json_string("A");
    default:
        return json_integer(code);
    }
}

static json_t *error_ipv6(uint8_t code)
{
    switch (code) {
    case 0:
        return json_string("N");
    case 1:
        return json_string("A");
    case 3:
        return json_string("H");
    case ICMP6_PORT_UNREACHABLE:
        return json_string("p");
    default:
        return json_integer(code);
    }
}

static json_t *error_json(const struct record *record)
{
    enum address_family family = address_family(record->responder);

    if (record_reaches(record) ||
        icmp_kind(family, record->icmp_type, record->icmp_code) != ICMP_KIND_UNREACHABLE)
        return NULL;
    return family == FAMILY_IPV4 ? error_ipv4(record->icmp_code) : error_ipv6(record->icmp_code);
}

static json_t *answer_json_atlas(const struct record *record, uint16_t size)
{
    json_t *answer =
        json_pack("{s:o, s:i, s:i}", "from", json_address(record->responder), "ttl", record->reply_ttl,
                  "size", record->reply_size != RECORD_NO_SIZE ? record->reply_size : size);
    json_t *error = error_json(record);

    if (record_has_rtt(record))
        json_object_set_new(answer, "rtt", json_ms(record->rtt_us));
    if (record->reply_tos)
        json_object_set_new(answer, "itos", json_integer(record->reply_tos));
    if (record->quoted_ttl > 1)
        json_object_set_new(answer, "ittl", json_integer(record->quoted_ttl));
    if (error)
        json_object_set_new(answer, "err", error);
    if (record->next_hop_mtu != RECORD_NO_SIZE)
        json_object_set_new(answer, "mtu", json_integer(record->next_hop_mtu));
    if (record->flags & RECORD_DUPLICATE)
        json_object_set_new(answer, "dup", json_true());
    if (record->label_count)
        json_object_set_new(answer, "icmpext", extensions_json(record));
    return answer;
}

static json_t *hop_json(const struct path *path, unsigned ttl)
{
    const struct path_config *config = path_config(path);
    json_t *answers = json_array();

    for (unsigned i = 0; i < config->queries; i++) {
        const struct path_query *query = path_query(path, ttl, i);

        json_array_append_new(answers, query->state == QUERY_ANSWERED
                                           ? answer_json_atlas(&query->record, config->size)
                                           : json_pack("{s:s}", "x", "*"));
    }
    return json_pack("{s:i, s:o}", "hop", ttl, "result", answers);
}

static const char *protocol_name(const struct trace_style *style)
{
    if (strcmp(style->protocol, "tcp") == 0)
        return "TCP";
    return strcmp(style->protocol, "icmp") == 0 ? "ICMP" : "UDP";
}

json_t *atlas_json_path(const struct trace_job *job, const struct json_run *run)
{
    const struct path_config *config = path_config(job->path);
    json_t *hops = json_array();

    for (unsigned ttl = config->first_ttl;
         ttl <= path_length(job->path) && path_query(job->path, ttl, 0)->state != QUERY_UNSENT; ttl++)
        json_array_append_new(hops, hop_json(job->path, ttl));
    return json_pack(
        "{s:i, s:s, s:i, s:i, s:s, s:i, s:i, s:o, s:o, s:o, s:o, s:i, s:s, s:i, s:s, s:I, s:I, s:o}", "fw",
        FIRMWARE, "mver", "2.6.2", "lts", -1, "af", address_is_ipv4(config->target_address) ? 4 : 6, "proto",
        protocol_name(run->style), "size", config->size, "paris_id", config->flow + 1, "dst_name",
        json_text(job->host->name), "dst_addr", json_address(config->target_address), "src_addr",
        json_address(job->host->source), "from", json_address(job->host->source), "msm_id", 0, "msm_name",
        "Traceroute", "prb_id", 0, "type", "traceroute", "timestamp", (json_int_t)(run->start_us / US_PER_S),
        "endtime", (json_int_t)(run->end_us / US_PER_S), "result", hops);
}
