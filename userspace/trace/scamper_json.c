// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/scamper_json.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "output/json_labels.h"
#include "output/json_value.h"
#include "output/told_trace.h"
#include "protocol.h"
#include "trace/names.h"
#include "trace/path_records.h"

enum {
    TIME_SIZE = 32,
    LIST = 1, /* the numbers of the list and of the cycle, as in warts */
    CYCLE = 1,
};

json_t *scamper_json_begin(const struct json_run *run)
{
    return json_pack("{s:s, s:s, s:i, s:o, s:I}", "type", "cycle-start", "list_name", "hopwire", "id", CYCLE,
                     "hostname", json_text(run->host), "start_time", (json_int_t)(run->start_us / US_PER_S));
}

json_t *scamper_json_end(const struct json_run *run)
{
    return json_pack("{s:s, s:s, s:i, s:o, s:I}", "type", "cycle-stop", "list_name", "hopwire", "id", CYCLE,
                     "hostname", json_text(run->host), "stop_time", (json_int_t)(run->end_us / US_PER_S));
}

static json_t *time_json(uint64_t us)
{
    return json_pack("{s:I, s:I}", "sec", (json_int_t)(us / US_PER_S), "usec", (json_int_t)(us % US_PER_S));
}

/* In local time, as scamper has it. */
static json_t *start_json(uint64_t us)
{
    time_t seconds = (time_t)(us / US_PER_S);
    char text[TIME_SIZE];
    struct tm parts;
    json_t *object = time_json(us);

    localtime_r(&seconds, &parts);
    strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &parts);
    json_object_set_new(object, "ftime", json_string(text));
    return object;
}

static json_t *label_json(struct label label)
{
    return json_pack("{s:i, s:i, s:i, s:i}", "mpls_ttl", label.ttl, "mpls_s", label.bottom, "mpls_exp",
                     label.tc, "mpls_label", label.value);
}

/* sc_warts2json describes objects other than label stacks by class, type and length. */
static json_t *extensions_json(const struct record *record)
{
    json_t *list = json_array();

    if (record->label_count)
        json_array_append_new(list,
                              json_pack("{s:i, s:i, s:i, s:o}", "ie_cn", ICMP_OBJECT_MPLS_CLASS, "ie_ct",
                                        ICMP_OBJECT_MPLS_TYPE, "ie_dl", record->label_count * MPLS_ENTRY,
                                        "mpls_labels", json_labels(record, label_json)));
    return list;
}

/* sc_warts2json looks for a quotation only in messages of these two types per family. */
static bool has_quotation(const struct record *record)
{
    return address_is_ipv4(record->responder) ? record->icmp_type == ICMP_DESTINATION_UNREACHABLE ||
                                                    record->icmp_type == ICMP_TIME_EXCEEDED_TYPE
                                              : record->icmp_type == ICMP6_DESTINATION_UNREACHABLE ||
                                                    record->icmp_type == ICMP6_TIME_EXCEEDED_TYPE;
}

static void put_quotation(json_t *hop, const struct record *record)
{
    json_object_set_new(hop, "icmp_q_ttl", json_integer(record->quoted_ttl ? record->quoted_ttl : 1));
    json_object_set_new(hop, "icmp_q_ipl", json_integer(record->probe_size));
    if (address_is_ipv4(record->responder))
        json_object_set_new(hop, "icmp_q_tos",
                            json_integer(record->quoted_tos == RECORD_NO_TOS ? 0 : record->quoted_tos));
}

static void put_icmp(json_t *hop, const struct record *record)
{
    json_object_set_new(hop, "icmp_type", json_integer(record->icmp_type));
    json_object_set_new(hop, "icmp_code", json_integer(record->icmp_code));
    if (has_quotation(record))
        put_quotation(hop, record);
    if (record->next_hop_mtu != RECORD_NO_SIZE)
        json_object_set_new(hop, "icmp_nhmtu", json_integer(record->next_hop_mtu));
    if (record->label_count)
        json_object_set_new(hop, "icmpext", extensions_json(record));
}

static json_t *hop_json(const struct record *record, unsigned probe_id, uint16_t size,
                        const struct trace_style *style)
{
    bool is_tcp = record->flags & (RECORD_SYN_ACK | RECORD_RST);
    const char *name = NULL;
    json_t *hop = json_pack("{s:o}", "addr", json_address(record->responder));

    if (style->names && names_get(style->names, record->responder, &name) == NAME_KNOWN)
        json_object_set_new(hop, "name", json_text(name));
    json_object_set_new(hop, "probe_ttl", json_integer(record->probe_ttl));
    json_object_set_new(hop, "probe_id", json_integer(probe_id));
    json_object_set_new(hop, "probe_size", json_integer(record->probe_size ? record->probe_size : size));
    if (told_sent_us(record) != RECORD_NO_TIME)
        json_object_set_new(hop, "tx", time_json(told_sent_us(record)));
    json_object_set_new(hop, "rtt", json_real(record_has_rtt(record) ? record->rtt_us / 1e3 : 0));
    json_object_set_new(hop, "reply_ttl", json_integer(record->reply_ttl));
    json_object_set_new(hop, "reply_tos", json_integer(record->reply_tos));
    json_object_set_new(hop, "reply_ipid", json_integer(record->reply_ip_id));
    json_object_set_new(hop, "reply_size", json_integer(record->reply_size));
    if (is_tcp)
        json_object_set_new(hop, "tcp_flags",
                            json_integer(record->flags & RECORD_SYN_ACK ? TCP_SYN_ACK : TCP_RST | TCP_ACK));
    else
        put_icmp(hop, record);
    return hop;
}

static json_t *hops_json(const struct told_trace *told, uint16_t size, const struct trace_style *style)
{
    json_t *hops = json_array();
    unsigned of_ttl = 0;

    for (unsigned i = 0; i < told->count; i++) {
        of_ttl = i && told->records[i - 1]->probe_ttl == told->records[i]->probe_ttl ? of_ttl + 1 : 1;
        json_array_append_new(hops, hop_json(told->records[i], of_ttl, size, style));
    }
    return hops;
}

static const char *method_name(const struct trace_style *style)
{
    if (strcmp(style->protocol, "tcp") == 0)
        return "tcp";
    return strcmp(style->protocol, "icmp") == 0 ? "icmp-echo-paris" : "udp-paris";
}

/* A path without an answer has no record that states its ports. */
static void put_ports(json_t *trace, const struct told_trace *told, const struct trace_style *style)
{
    const struct record *first = told->count ? told->records[0] : NULL;

    if (!style->port)
        return;
    json_object_set_new(trace, "sport", json_integer(first ? first->src_port : 0));
    json_object_set_new(trace, "dport", json_integer(first ? first->dst_port : style->port));
}

static json_t *told_json(const struct trace_job *job, const struct told_trace *told,
                         const struct json_run *run)
{
    const struct path_config *config = path_config(job->path);
    bool is_gap = told->stop == TOLD_HOP_LIMIT && told->hops < config->max_ttl;
    json_t *trace = json_pack("{s:s, s:s, s:i, s:s, s:o, s:o}", "type", "trace", "version", "0.1", "userid",
                              0, "method", method_name(run->style), "src", json_address(job->host->source),
                              "dst", json_address(config->target_address));

    put_ports(trace, told, run->style);
    json_object_set_new(trace, "stop_reason",
                        json_string(told_stop_name(is_gap ? TOLD_GAP_LIMIT : told->stop)));
    json_object_set_new(trace, "stop_data", json_integer(told->stop_code));
    json_object_set_new(trace, "start",
                        start_json(told->start_us == RECORD_NO_TIME ? run->start_us : told->start_us));
    json_object_set_new(trace, "hop_count", json_integer(told->hops));
    json_object_set_new(trace, "attempts", json_integer(config->queries));
    json_object_set_new(trace, "hoplimit", json_integer(config->max_ttl));
    json_object_set_new(trace, "firsthop", json_integer(config->first_ttl));
    json_object_set_new(trace, "wait", json_integer((json_int_t)run->wait));
    json_object_set_new(trace, "wait_probe", json_integer(0));
    json_object_set_new(trace, "tos", json_integer(run->tos));
    json_object_set_new(trace, "probe_size", json_integer(config->size));
    json_object_set_new(trace, "probe_count",
                        json_integer(told_probes(told, config->first_ttl, config->queries)));
    json_object_set_new(trace, "hops",
                        hops_json(told, told->probe_size ? told->probe_size : config->size, run->style));
    return trace;
}

json_t *scamper_json_path(const struct trace_job *job, const struct json_run *run)
{
    struct told_trace told;
    size_t count;
    struct record *records = path_records(job->path, &count);

    if (!records)
        return NULL;
    told_trace_of(&told, records, count);
    json_t *trace = told_json(job, &told, run);

    free(records);
    return trace;
}
