// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A ping as a result of RIPE Atlas: one object per line. There is no Atlas probe and no measurement, so their
 * numbers are 0. Source: data structures of version 5000 and later at atlas.ripe.net; its reader is sagan.
 */
#include "base/clock.h"
#include "ip_header.h"
#include "output/json_value.h"
#include "output/told_ping.h"
#include "ping/ping_error.h"
#include "ping/ping_form.h"
#include "protocol.h"

enum {
    FIRMWARE = 5080, /* the same as for traces (trace/atlas_json.c) */
};

#define NO_RTT (-1.0) /* for minimum, average and maximum */

static const char *protocol_name(const struct ping_config *config)
{
    uint8_t protocol = config->layout.layout->protocol;

    if (protocol == PROTOCOL_TCP)
        return "TCP";
    return protocol == PROTOCOL_UDP ? "UDP" : "ICMP";
}

/* Returns the bytes behind the IP header and that of ICMP or UDP, as Atlas counts. */
static int data_size(const struct host *host)
{
    return host->size - (int)ip_header(address_family(host->address)) - ICMP_HEADER;
}

static json_t *answer_json(const struct record *record, uint8_t usual_ttl, bool again)
{
    json_t *answer = json_object();

    if (record_has_rtt(record))
        json_object_set_new(answer, "rtt", json_ms(record->rtt_us));
    if (!address_equal(record->responder, record->target_address))
        json_object_set_new(answer, "src_addr", json_address(record->responder));
    if (record->reply_ttl != usual_ttl)
        json_object_set_new(answer, "ttl", json_integer(record->reply_ttl));
    if (again)
        json_object_set_new(answer, "dup", json_integer(1));
    return answer;
}

static json_t *error_json(const struct record *record)
{
    char text[PING_ERROR_TEXT];

    return json_pack("{s:s}", "error",
                     ping_error_text(record->responder, record->icmp_type, record->icmp_code, text));
}

/* Sums and results of a host's probes. */
struct atlas_ping {
    json_t *results;
    uint8_t ttl; /* of the first answer; 0: none */
    unsigned received, duplicates;
};

static uint8_t first_ttl(const struct told_ping *told)
{
    for (size_t i = 0; i < told->count; i++)
        if (told_ping_is_answer(&told->records[i]))
            return told->records[i].reply_ttl;
    return 0;
}

/* Whether another record of the same probe follows: they are adjacent. If an answer came late, the record of
 * the loss is left out. */
static bool has_more(const struct told_ping *told, size_t i)
{
    return i + 1 < told->count && told->records[i + 1].round == told->records[i].round;
}

static void add_results(struct atlas_ping *ping, const struct told_ping *told)
{
    int answered = -1; /* number of the last answered probe */

    for (size_t i = 0; i < told->count; i++) {
        const struct record *record = &told->records[i];
        bool again = answered == record->round;

        if (told_ping_is_answer(record)) {
            json_array_append_new(ping->results, answer_json(record, ping->ttl, again));
            ping->duplicates += again;
            ping->received += !again;
            answered = record->round;
        } else if (!told_ping_lost(record)) {
            json_array_append_new(ping->results, error_json(record));
        } else if (!has_more(told, i)) {
            json_array_append_new(ping->results, json_pack("{s:s}", "x", "*"));
        }
    }
}

json_t *atlas_ping_json(const struct ping_config *config, const struct ping_target *target,
                        const struct json_run *run)
{
    const struct host *host = target->host;
    struct told_ping told;

    told_ping_sort(target->records.list, target->records.count);
    told_ping_of(&told, target->records.list, target->records.count);
    struct atlas_ping ping = {.results = json_array(), .ttl = first_ttl(&told)};
    bool timed = told.from_target != 0;

    add_results(&ping, &told);
    return json_pack(
        "{s:i, s:s, s:i, s:i, s:s, s:i, s:i, s:o, s:o, s:o, s:o, s:i, s:s, s:i, s:s, s:I, s:i, s:i, s:i, "
        "s:o, "
        "s:o, s:o, s:I, s:o}",
        "fw", FIRMWARE, "mver", "2.6.2", "lts", -1, "af", address_is_ipv4(host->address) ? 4 : 6, "proto",
        protocol_name(config), "size", data_size(host), "ttl", ping.ttl, "dst_name", json_text(host->name),
        "dst_addr", json_address(host->address), "src_addr", json_address(host->source), "from",
        json_address(host->source), "msm_id", 0, "msm_name", "Ping", "prb_id", 0, "type", "ping", "timestamp",
        (json_int_t)((told.start_us == RECORD_NO_TIME ? run->start_us : told.start_us) / US_PER_S), "sent",
        told.sent, "rcvd", (int)ping.received, "dup", (int)ping.duplicates, "min",
        timed ? json_ms((double)told.best_us) : json_real(NO_RTT), "avg",
        timed ? json_ms(told.mean_us) : json_real(NO_RTT), "max",
        timed ? json_ms((double)told.worst_us) : json_real(NO_RTT), "step",
        (json_int_t)(config->interval_ns / NS_PER_S), "result", ping.results);
}
