// SPDX-License-Identifier: GPL-2.0-or-later
/* A ping in the JSON of scamper's sc_warts2json. Source: scamper_ping_json.c of scamper. */
#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "output/json_value.h"
#include "output/told_ping.h"
#include "output/told_trace.h"
#include "ping/ping_form.h"
#include "protocol.h"

/* Numbers as scamper's library prints them, because readers compare them. */
static json_t *decimals(double value, double unit)
{
    return json_real(round(value * unit) / unit);
}

static json_t *time_json(uint64_t us)
{
    return json_pack("{s:I, s:I}", "sec", (json_int_t)(us / US_PER_S), "usec", (json_int_t)(us % US_PER_S));
}

static const char *method_name(const struct ping_config *config)
{
    uint8_t protocol = config->layout.layout->protocol;

    if (protocol == PROTOCOL_TCP)
        return strcmp(config->layout.layout->name, "tcp-ack") == 0 ? "tcp-ack" : "tcp-syn";
    return protocol == PROTOCOL_UDP ? "udp" : "icmp-echo";
}

static void put_times(json_t *reply, const struct record *record)
{
    uint64_t sent = told_sent_us(record);

    if (sent == RECORD_NO_TIME)
        return;
    json_object_set_new(reply, "tx", time_json(sent));
    json_object_set_new(reply, "rx", time_json(record->time_us));
}

static json_t *reply_json(const struct record *record, unsigned number)
{
    bool is_tcp = record->flags & (RECORD_SYN_ACK | RECORD_RST);
    json_t *reply = json_pack("{s:o, s:i, s:i, s:i, s:s}", "from", json_address(record->responder), "seq",
                              (int)number, "reply_size", record->reply_size, "reply_ttl", record->reply_ttl,
                              "reply_proto", is_tcp ? "tcp" : "icmp");

    put_times(reply, record);
    json_object_set_new(reply, "rtt", json_ms(record_has_rtt(record) ? record->rtt_us : 0));
    if (address_is_ipv4(record->responder)) {
        json_object_set_new(reply, "probe_ipid", json_integer(0)); /* as in pings that do not record it */
        json_object_set_new(reply, "reply_ipid", json_integer(record->reply_ip_id));
    }
    if (is_tcp) {
        json_object_set_new(reply, "tcp_flags",
                            json_integer(record->flags & RECORD_SYN_ACK ? TCP_SYN_ACK : TCP_RST | TCP_ACK));
        return reply;
    }
    json_object_set_new(reply, "icmp_type", json_integer(record->icmp_type));
    json_object_set_new(reply, "icmp_code", json_integer(record->icmp_code));
    return reply;
}

static json_t *replies_json(const struct told_ping *told)
{
    json_t *replies = json_array();

    for (size_t i = 0; i < told->count; i++)
        if (!told_ping_lost(&told->records[i]))
            json_array_append_new(
                replies, reply_json(&told->records[i], (uint16_t)(told->records[i].round - told->first)));
    return replies;
}

static json_t *statistics_json(const struct told_ping *told)
{
    json_t *statistics = json_pack("{s:i}", "replies", (int)told->from_target);

    if (told->sent)
        json_object_set_new(statistics, "loss",
                            decimals((double)(told->sent - told->from_target) / told->sent, 100));
    if (!told->from_target)
        return statistics;
    json_object_set_new(statistics, "min", json_ms((double)told->best_us));
    json_object_set_new(statistics, "max", json_ms((double)told->worst_us));
    json_object_set_new(statistics, "avg", json_ms(floor(told->mean_us)));
    json_object_set_new(statistics, "stddev", json_ms(floor(told->deviation_us)));
    return statistics;
}

json_t *scamper_ping_json(const struct ping_config *config, const struct ping_target *target,
                          const struct json_run *run)
{
    struct told_ping told;

    told_ping_sort(target->records.list, target->records.count);
    told_ping_of(&told, target->records.list, target->records.count);
    json_t *ping =
        json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:i, s:i, s:i, s:i, s:i, s:i, s:o, s:o}", "type", "ping",
                  "version", "0.4", "method", method_name(config), "src", json_address(target->host->source),
                  "dst", json_address(target->host->address), "start",
                  time_json(told.start_us == RECORD_NO_TIME ? run->start_us : told.start_us), "ping_sent",
                  told.sent, "probe_size", target->host->size, "userid", 0, "ttl", config->ttl, "wait",
                  (int)(config->interval_ns / NS_PER_S), "timeout", (int)run->wait, "responses",
                  replies_json(&told), "statistics", statistics_json(&told));

    if (config->interval_ns % NS_PER_S >= NS_PER_US)
        json_object_set_new(ping, "wait_us",
                            json_integer((json_int_t)(config->interval_ns % NS_PER_S / NS_PER_US)));
    if (!config->layout.port)
        return ping;
    json_object_set_new(ping, "sport", json_integer(told.src_port));
    json_object_set_new(ping, "dport", json_integer(config->layout.port));
    return ping;
}
