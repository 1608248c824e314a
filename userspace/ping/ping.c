// SPDX-License-Identifier: GPL-2.0-or-later
#include "ping/ping.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/exit_code.h"
#include "base/log.h"
#include "base/version.h"
#include "output/metadata.h"
#include "ping/ping_lines.h"
#include "ping/ping_show.h"
#include "ping/ping_text.h"
#include "ping/status_signal.h"
#include "session/confinement.h"
#include "session/record_file.h"
#include "session/session.h"
#include "session/signals.h"

enum {
    SMOOTHED_OVER = 8,  /* answers */
    ALWAYS_WHOLE = 576, /* answers up to this size are hardly ever fragmented */
};

/* A run and its parts. */
struct ping {
    const struct ping_config *config;
    struct session session;
    struct signals signals;
    int status_signal; /* see ping/status_signal.h */
    struct record_file results;
    struct late_files *late; /* gives result files their names */
    struct ping_lines lines;
    struct ping_target *targets;
    size_t target_count;
    uint64_t started_ns, epoch_us; /* start, by the monotonic and by the real-time clock */
};

/* Returns when the run ends; 0: without end. */
static uint64_t end_ns(const struct ping *ping)
{
    return ping->config->deadline_ns ? ping->started_ns + ping->config->deadline_ns : 0;
}

static bool only_one(const struct ping *ping)
{
    return !hosts_are_list(ping->config->hosts);
}

/* As in ping(8), by TCP's method (RFC 6298, section 2). */
static void smooth(struct ping_target *target, uint32_t rtt_us)
{
    target->smoothed_us =
        target->stats.timed ? target->smoothed_us + (rtt_us - target->smoothed_us) / SMOOTHED_OVER : rtt_us;
}

static void count(struct ping_target *target, enum ping_outcome outcome, const struct answer *answer)
{
    struct hop_stats *stats = &target->stats;

    switch (outcome) {
    case PING_OPEN:
        return;
    case PING_DUPLICATE:
        target->duplicates++;
        return;
    case PING_EXPLAINED:
        stats->lost--;
        /* fall through */
    case PING_REFUSED:
        hop_stats_error(stats, answer->record);
        return;
    case PING_LATE:
        stats->lost--;
        break;
    default:
        break;
    }
    if (answer && answer_has_rtt(answer))
        smooth(target, answer->rtt_us);
    hop_stats_settled(stats, 0, answer);
    hop_stats_round_ended(stats); /* each probe is a round */
}

/* With a deadline, probes continue until the wanted number were answered, or an error came. */
static bool is_enough(const struct ping_config *config, const struct ping_target *target,
                      enum ping_outcome outcome)
{
    return config->deadline_ns &&
           (ping_outcome_is_error(outcome) || (config->count && target->stats.answered >= config->count));
}

/* Formats that hold whole pings need lost probes too. */
static void record_loss(struct ping *ping, const struct host *host, uint64_t sequence)
{
    const struct record lost = ping_lost_record(ping->config, host, sequence);

    if (ping->results.writer)
        writer_push(ping->results.writer, 0, &lost);
}

static void note(void *context, struct pinger *pinger, uint64_t sequence, enum ping_outcome outcome,
                 const struct answer *answer)
{
    struct ping *ping = context;
    const struct ping_config *config = ping->config;
    struct ping_target *target = &ping->targets[pinger_config(pinger)->owner];

    count(target, outcome, answer);
    ping_lines_note(&ping->lines, target, sequence, outcome, answer);
    if (outcome == PING_LOST)
        record_loss(ping, target->host, sequence);
    if (outcome == PING_REFUSED && answer->record->next_hop_mtu)
        tx_raw_learn(ping->session.sender.tx, target->host->address, answer->record->next_hop_mtu);
    if (!config->quiet && !config->json && !config->alive && !config->records_only &&
        ping_outcome_is_shown(config, outcome))
        ping_show(config, target, sequence, outcome, answer);
    if (is_enough(config, target, outcome))
        pinger_end(pinger);
}

/* So that a person, or a program behind a pipe, gets each line at once. */
static uint64_t flush(void *context, uint64_t now_ns)
{
    struct ping *ping = context;
    uint64_t end = end_ns(ping);

    if (end && now_ns >= end) {
        for (size_t i = 0; i < ping->target_count; i++)
            pinger_end(ping->targets[i].pinger);
        session_stop(&ping->session);
    }
    fflush(stdout);
    return end ? end : UINT64_MAX;
}

static void stop(void *context, uint64_t now_ns)
{
    struct ping *ping = context;

    (void)now_ns;
    if (signals_read(&ping->signals))
        session_stop(&ping->session);
}

static void tell_status(void *context, uint64_t now_ns)
{
    struct ping *ping = context;

    (void)now_ns;
    if (status_signal_read(ping->status_signal))
        ping_show_status(ping->targets, ping->target_count);
}

static bool has_large_answers(const struct ping_config *config)
{
    for (size_t i = 0; i < config->hosts->count; i++)
        if (config->hosts->list[i].size > ALWAYS_WHOLE)
            return true;
    return false;
}

static int open_session(struct ping *ping)
{
    const struct ping_config *config = ping->config;
    const struct session_config session = {
        .probes =
            {
                .layouts = layout_pair_of(&config->layout),
                .tos = config->tos,
                .same_flow_label = config->same_flow_label,
                .flow_label = config->flow_label,
                .dont_fragment = config->dont_fragment,
                .sources = config->hosts->sources,
                .source_count = config->hosts->source_count,
            },
        .sockets = config->sockets,
        .interface = config->interface,
        .sources = config->sources,
        .scopes = config->hosts->scopes,
        .rate = config->rate,
        .long_packets = config->long_packets,
        .reassemble = has_large_answers(config),
        .many_answer = config->broadcast,
        .round_probes = 1,
        .sized = true,
        .late_after_ns = config->wait_ns,
    };

    return session_open_or_say("ping", &ping->session, &session);
}

static int add_target(struct ping *ping, const struct host *host)
{
    const struct ping_config *config = ping->config;
    struct ping_target *target = &ping->targets[ping->target_count];
    const struct pinger_config pinger = {
        .owner = (uint32_t)ping->target_count,
        .target_address = host->address,
        .lane = host->lane,
        .size = host->size,
        .ttl = config->ttl,
        .count = config->deadline_ns ? 0 : config->count,
        .interval_ns = config->interval_ns,
        .wait_ns = config->wait_ns,
        .as_needed = config->alive && !config->deadline_ns,
        .by_rtt = config->by_rtt,
        .end_ns = end_ns(ping),
        .observer = note,
        .context = ping,
    };

    target->host = host;
    target->pinger = pinger_create(&pinger);
    if (!target->pinger)
        return -ENOMEM;
    int error = fleet_add(ping->session.fleet, pinger_strategy(target->pinger), clock_now_ns());
    if (error) {
        pinger_strategy(target->pinger)->ops->close(pinger_strategy(target->pinger));
        return error;
    }
    ping->target_count++;
    return 0;
}

static int add_targets(struct ping *ping)
{
    const struct hosts *hosts = ping->config->hosts;
    int error = 0;

    ping->targets = calloc(hosts->count, sizeof(*ping->targets));
    if (!ping->targets)
        error = -ENOMEM;
    for (size_t i = 0; !error && i < hosts->count; i++)
        error = add_target(ping, &hosts->list[i]);
    if (error)
        log_error("ping: out of memory for %zu hosts", hosts->count);
    return error ? EXIT_FAILED : EXIT_DONE;
}

static void print_end(struct ping *ping)
{
    uint64_t elapsed = clock_now_ns() - ping->started_ns;

    for (size_t i = 0; i < ping->target_count; i++) {
        struct ping_target *target = &ping->targets[i];

        if (ping->config->json)
            ping_lines_host(&ping->lines, target);
        else if (only_one(ping))
            ping_print_end(stdout, target, elapsed);
        else
            ping_print_end_among(stdout, ping->config, target);
    }
    ping_lines_end(&ping->lines);
    fflush(stdout);
}

/* With a deadline: whether as many answers came as were wanted. */
static bool any_answer(const struct ping *ping)
{
    const struct ping_config *config = ping->config;
    uint64_t wanted = config->deadline_ns && config->count ? config->count : 1;

    for (size_t i = 0; i < ping->target_count; i++)
        if (ping->targets[i].stats.answered >= wanted)
            return true;
    return false;
}

static int run(struct ping *ping)
{
    ping->session.idle = flush;
    ping->session.idle_context = ping;
    session_watch(&ping->session, ping->signals.fd, stop, ping);
    session_watch(&ping->session, ping->status_signal, tell_status, ping);
    if (only_one(ping) && !ping->config->json && !ping->config->records_only)
        ping_print_begin(stdout, ping->config, ping->targets[0].host);
    ping_lines_begin(&ping->lines, ping->config, ping->epoch_us);
    if (!ping->config->records_only)
        hosts_tell_unprobed(ping->config->hosts, ping->config->json, stdout);
    int error = session_run(&ping->session);
    if (error)
        log_error("ping: %s", strerror(-error));
    if (!ping->config->records_only)
        print_end(ping);
    session_warn_of_losses(&ping->session);
    int written = record_file_finish("ping", &ping->results);
    if (written || error)
        return written ? written : EXIT_FAILED;
    if (ping->signals.received)
        return EXIT_SIGNAL + ping->signals.received;
    if (ping->session.reader_gone)
        return EXIT_SIGNAL + SIGPIPE;
    if (ping->config->hosts->unprobed_count)
        return EXIT_UNUSABLE;
    return any_answer(ping) ? EXIT_DONE : EXIT_FAILED;
}

static int keep_files(struct ping *ping)
{
    ping->late = late_files_create();
    record_file_keep_by(&ping->results, ping->late);
    int error = ping->late ? record_output_allow(&ping->config->records, ping->late) : -ENOMEM;

    if (!error)
        error = sandbox_keep_files(&ping->config->sandbox, ping->late);
    if (error)
        log_error("ping: cannot start the keeper of its files: %s", strerror(-error));
    return error ? EXIT_FAILED : EXIT_DONE;
}

/* The metadata is only for the formats: pings have no metadata file. */
static int begin_records(struct ping *ping)
{
    const struct ping_config *config = ping->config;
    const struct survey_metadata metadata = {
        .version = hopwire_version(),
        .layout = config->layout.layout,
        .port = config->layout.port,
        .min_ttl = config->ttl,
        .max_ttl = config->ttl,
        .flows = 1,
        .pings = true,
        .interval = (double)config->interval_ns / (double)NS_PER_S,
        .cooldown = (double)config->wait_ns / (double)NS_PER_S,
        .asked_rate = config->rate,
        .start_us = ping->epoch_us,
    };

    return record_file_begin("ping", &ping->results, &metadata);
}

static void free_targets(struct ping *ping)
{
    for (size_t i = 0; i < ping->target_count; i++)
        ping_records_free(&ping->targets[i].records);
    free(ping->targets);
}

int ping_run(const struct ping_config *config)
{
    struct ping ping = {.config = config};

    signals_open(&ping.signals);
    ping.status_signal = status_signal_open();
    int result = record_file_open("ping", &ping.results, &config->records);
    if (result == EXIT_DONE)
        result = keep_files(&ping);
    if (result == EXIT_DONE)
        result = session_drop("ping", &config->sandbox);
    if (result == EXIT_DONE)
        result = open_session(&ping);
    if (result == EXIT_DONE)
        result = session_start_records("ping", &ping.session, &ping.results);
    ping.started_ns = clock_now_ns();
    ping.epoch_us = clock_read_ns(CLOCK_REALTIME) / NS_PER_US;
    if (result == EXIT_DONE)
        result = add_targets(&ping);
    if (result == EXIT_DONE)
        result = begin_records(&ping);
    if (result == EXIT_DONE)
        record_file_keep(&ping.results);
    if (result == EXIT_DONE)
        result = session_confine("ping", &config->sandbox, FILTER_FOR_ROUTES);
    if (result == EXIT_DONE)
        result = run(&ping);
    else if (signals_read(&ping.signals))
        result = EXIT_SIGNAL + ping.signals.received;
    session_close(&ping.session);
    record_file_close(&ping.results);
    late_files_destroy(ping.late);
    signals_close(&ping.signals);
    status_signal_close(ping.status_signal);
    free_targets(&ping);
    return result;
}
