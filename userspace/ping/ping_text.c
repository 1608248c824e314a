// SPDX-License-Identifier: GPL-2.0-or-later
#include "ping/ping_text.h"

#include <inttypes.h>
#include <string.h>

#include "base/address_text.h"
#include "base/clock.h"
#include "icmp_kind.h"
#include "ip_header.h"
#include "output/json_value.h"
#include "ping/ping_error.h"
#include "session/answer_text.h"

static enum address_family family_of(const struct host *host)
{
    return address_family(host->address);
}

/* Returns the bytes of each packet behind its IP header. */
static unsigned payload_of(const struct host *host)
{
    return host->size - ip_header(family_of(host));
}

static const char *protocol_of(const struct ping_config *config)
{
    return config->layout.layout->tracked->name;
}

/* Writes "name (address)", or only the address if it was given as the name or if names are not wanted. */
static void put_host(FILE *out, const struct ping_config *config, const struct host *host,
                     struct address address)
{
    char text[ADDRESS_TEXT_SIZE];

    address_format(address, text);
    if (config->numeric || !address_equal(address, host->address) || strcmp(host->name, text) == 0)
        fputs(text, out);
    else
        fprintf(out, "%s (%s)", host->name, text);
}

void ping_print_begin(FILE *out, const struct ping_config *config, const struct host *host)
{
    bool ipv4 = family_of(host) == FAMILY_IPV4;
    char text[ADDRESS_TEXT_SIZE];

    address_format(host->address, text);
    fprintf(out, "PING %s%s(", host->name, ipv4 ? " " : "");
    if (ipv4)
        fputs(text, out);
    else
        put_host(out, config, host, host->address);
    fputs(")", out);
    if (!ipv4 && config->same_flow_label)
        fprintf(out, " , flow 0x%05x,", config->flow_label);
    if (config->layout.port)
        fprintf(out, " %s port %u, %u bytes\n", protocol_of(config), config->layout.port, host->size);
    else if (ipv4)
        fprintf(out, " %u(%u) bytes of data.\n", payload_of(host) - ICMP_HEADER, host->size);
    else
        fprintf(out, " %u data bytes\n", payload_of(host) - ICMP_HEADER);
}

/* Writes what kind of answer came, in a word or two. */
static void put_kind(FILE *out, const struct host *host, const struct record *record)
{
    enum icmp_kind kind = icmp_kind(address_family(record->responder), record->icmp_type, record->icmp_code);

    if (record->flags & RECORD_SYN_ACK)
        fputs("SYN-ACK", out);
    else if (record->flags & RECORD_RST)
        fputs("RST", out);
    else if (kind == ICMP_KIND_UNREACHABLE)
        fputs("port unreachable", out);
    else
        fprintf(out, "%u bytes", payload_of(host));
}

static void put_error(FILE *out, const struct answer *answer)
{
    unsigned mtu = answer->record->next_hop_mtu;
    char text[PING_ERROR_TEXT];

    fputs(ping_error_text(answer->responder, answer->icmp_type, answer->icmp_code, text), out);
    if (mtu)
        fprintf(out, address_is_ipv4(answer->responder) ? " (mtu = %u)" : ": mtu=%u", mtu);
}

static void put_rtt(FILE *out, uint32_t rtt_us)
{
    char text[ANSWER_TEXT_SIZE];

    fputs(answer_rtt(rtt_us, text), out);
}

bool ping_outcome_is_shown(const struct ping_config *config, enum ping_outcome outcome)
{
    if (outcome == PING_OPEN)
        return config->report_lost && !hosts_are_list(config->hosts);
    return outcome != PING_LOST || config->report_lost || hosts_are_list(config->hosts);
}

void ping_print_time(FILE *out, uint64_t time_us)
{
    uint64_t seconds = time_us / US_PER_S;

    fprintf(out, "[%" PRIu64 ".%06u] ", seconds, (unsigned)(time_us % US_PER_S));
}

void ping_print_outcome(FILE *out, const struct ping_config *config, const struct ping_target *target,
                        uint64_t sequence, enum ping_outcome outcome, const struct answer *answer)
{
    uint64_t number = sequence + 1; /* ping(8) counts from 1 */

    if (outcome == PING_OPEN) {
        fprintf(out, "no answer yet for %s_seq=%" PRIu64 "\n", protocol_of(config), number);
        return;
    }
    if (outcome == PING_LOST) {
        if (config->report_lost)
            fprintf(out, "no answer for %s_seq=%" PRIu64 "\n", protocol_of(config), number);
        return;
    }
    if (ping_outcome_is_error(outcome)) {
        fputs("From ", out);
        put_host(out, config, target->host, answer->responder);
        fprintf(out, " %s_seq=%" PRIu64 " ", protocol_of(config), number);
        put_error(out, answer);
        fputc('\n', out);
        return;
    }
    put_kind(out, target->host, answer->record);
    fputs(" from ", out);
    put_host(out, config, target->host, answer->responder);
    fprintf(out, ": %s_seq=%" PRIu64 " ttl=%u time=", protocol_of(config), number, answer->reply_ttl);
    put_rtt(out, answer->rtt_us);
    fprintf(out, " ms%s\n", outcome == PING_DUPLICATE ? " (DUP!)" : outcome == PING_LATE ? " (late)" : "");
}

void ping_print_outcome_among(FILE *out, const struct ping_target *target, uint64_t sequence,
                              enum ping_outcome outcome, const struct answer *answer)
{
    const struct hop_stats *stats = &target->stats;
    char text[PING_ERROR_TEXT];

    fprintf(out, "%s : [%" PRIu64 "], ", target->host->name, sequence);
    if (outcome == PING_LOST)
        fputs("timed out", out);
    else if (ping_outcome_is_error(outcome))
        fputs(ping_error_text(answer->responder, answer->icmp_type, answer->icmp_code, text), out);
    else {
        fprintf(out, "%u bytes, ", target->host->size);
        put_rtt(out, answer->rtt_us);
        fputs(" ms", out);
    }
    fputs(" (", out);
    if (stats->timed)
        put_rtt(out, (uint32_t)stats->mean_us);
    else
        fputs("NaN", out);
    fprintf(out, " avg, %.0f%% loss)%s\n", 100 * hop_stats_loss(stats),
            outcome == PING_DUPLICATE ? " (DUP!)"
            : outcome == PING_LATE    ? " (late)"
                                      : "");
}

void ping_print_end(FILE *out, const struct ping_target *target, uint64_t elapsed_ns)
{
    const struct hop_stats *stats = &target->stats;

    fprintf(out, "\n--- %s ping statistics ---\n", target->host->name);
    fprintf(out, "%" PRIu64 " packets transmitted, %" PRIu64 " received", hop_stats_sent(stats),
            stats->answered);
    if (target->duplicates)
        fprintf(out, ", +%" PRIu64 " duplicates", target->duplicates);
    if (stats->errors)
        fprintf(out, ", +%" PRIu64 " errors", stats->errors);
    fprintf(out, ", %.4g%% packet loss, time %" PRIu64 "ms\n", 100 * hop_stats_loss(stats),
            (uint64_t)(elapsed_ns / NS_PER_MS));
    if (stats->timed)
        fprintf(out, "rtt min/avg/max/mdev = %.3f/%.3f/%.3f/%.3f ms\n", stats->best_us / 1e3,
                stats->mean_us / 1e3, stats->worst_us / 1e3, hop_stats_deviation_us(stats) / 1e3);
}

void ping_print_status(FILE *out, const struct ping_target *target, bool among)
{
    const struct hop_stats *stats = &target->stats;
    uint64_t sent = pinger_sent(target->pinger);
    uint64_t lost = sent > stats->answered ? sent - stats->answered : 0;

    if (among)
        fprintf(out, "%s : ", target->host->name);
    fprintf(out, "%" PRIu64 "/%" PRIu64 " packets, %" PRIu64 "%% loss", stats->answered, sent,
            sent ? 100 * lost / sent : 0);
    if (stats->timed)
        fprintf(out, ", min/avg/ewma/max = %.3f/%.3f/%.3f/%.3f ms", stats->best_us / 1e3,
                stats->mean_us / 1e3, target->smoothed_us / 1e3, stats->worst_us / 1e3);
    fputc('\n', out);
}

/* A run that was stopped early may not have probed all hosts. */
static bool was_probed(const struct ping_target *target)
{
    return hop_stats_sent(&target->stats) || (target->pinger && pinger_sent(target->pinger));
}

static void print_alive(FILE *out, const struct ping_target *target)
{
    const struct hop_stats *stats = &target->stats;
    const struct hop_error *error = &stats->last_error;
    char address[ADDRESS_TEXT_SIZE], text[PING_ERROR_TEXT];

    fprintf(out, "%s is %s", target->host->name, stats->answered ? "alive" : "unreachable");
    if (stats->timed) {
        fputs(" (", out);
        put_rtt(out, (uint32_t)stats->mean_us);
        fputs(" ms)", out);
    } else if (error->icmp_type) {
        address_format(error->responder, address);
        fprintf(out, " (%s from %s)",
                ping_error_text(error->responder, error->icmp_type, error->icmp_code, text), address);
    }
    fputc('\n', out);
}

void ping_print_end_among(FILE *out, const struct ping_config *config, const struct ping_target *target)
{
    const struct hop_stats *stats = &target->stats;

    if (!hop_stats_sent(stats)) {
        fprintf(out, "%s %s\n", target->host->name,
                was_probed(target) ? "has not answered yet" : "was not probed");
        return;
    }
    if (config->alive) {
        print_alive(out, target);
        return;
    }
    fprintf(out, "%s : xmt/rcv/%%loss = %" PRIu64 "/%" PRIu64 "/%.0f%%", target->host->name,
            hop_stats_sent(stats), stats->answered, 100 * hop_stats_loss(stats));
    if (stats->timed)
        fprintf(out, ", min/avg/max = %.3f/%.3f/%.3f", stats->best_us / 1e3, stats->mean_us / 1e3,
                stats->worst_us / 1e3);
    fputc('\n', out);
}

static json_t *ms_json(const struct hop_stats *stats, double us)
{
    return stats->timed ? json_ms(us) : json_null();
}

static json_t *error_json(const struct hop_error *error)
{
    char text[PING_ERROR_TEXT];

    if (!error->icmp_type)
        return json_null();
    return json_pack("{s:o, s:i, s:i, s:s}", "responder", json_address(error->responder), "icmp_type",
                     error->icmp_type, "icmp_code", error->icmp_code, "text",
                     ping_error_text(error->responder, error->icmp_type, error->icmp_code, text));
}

json_t *ping_json(const struct ping_config *config, const struct ping_target *target)
{
    const struct hop_stats *stats = &target->stats;

    return json_pack(
        "{s:o, s:o, s:o, s:s, s:o, s:i, s:b, s:I, s:I, s:I, s:o, s:I, s:o, s:o, s:o, s:o, s:o, s:o}",
        "target", json_address(target->host->address), "name", json_text(target->host->name), "source",
        json_address(target->host->source), "protocol", protocol_of(config), "port",
        config->layout.port ? json_integer(config->layout.port) : json_null(), "size", target->host->size,
        "probed", was_probed(target), "sent", (json_int_t)hop_stats_sent(stats), "received",
        (json_int_t)stats->answered, "refused", (json_int_t)stats->errors, "last_error",
        error_json(&stats->last_error), "duplicates", (json_int_t)target->duplicates, "loss",
        hop_stats_sent(stats) ? json_real(hop_stats_loss(stats)) : json_null(), "rtt_min_ms",
        ms_json(stats, stats->best_us), "rtt_avg_ms", ms_json(stats, stats->mean_us), "rtt_max_ms",
        ms_json(stats, stats->worst_us), "rtt_stddev_ms", ms_json(stats, hop_stats_deviation_us(stats)),
        "jitter_ms", ms_json(stats, hop_stats_jitter_us(stats)));
}
