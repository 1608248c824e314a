// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/trace.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/seed.h"
#include "command/commands.h"
#include "host/link.h"
#include "trace/names.h"
#include "trace/path_json.h"
#include "trace/print.h"
#include "trace/results.h"
#include "trace/session.h"
#include "trace/signals.h"

/* A run and its parts. */
struct trace {
    const struct trace_config *config;
    struct session session;
    struct signals signals;
    struct trace_style style;
    struct trace_job *jobs;
    size_t job_count;
    struct printer printer;
    size_t jobs_in_json; /* written so far, in their order */
    bool mute;           /* records take stdout for themselves */
    int output_error;    /* an errno: stdout takes nothing more */
    struct trace_results results;
};

static int open_session(struct trace *trace)
{
    const struct trace_config *config = trace->config;
    const struct session_config session = {
        .probes =
            {
                .key = seed_key(config->seed, SEED_PROBE),
                .protocol = config->protocol,
                .port = config->port,
                .tos = config->tos,
                .dont_fragment = config->path.find_mtu,
                .sources = config->hosts->sources,
                .source_count = config->hosts->source_count,
            },
        .interface = config->interface,
        .rate = config->rate,
        .late_after_ns = config->path.patience.wait_ns,
        .paths = trace->job_count,
        .flows = config->path.classic ? 0 : config->flows,
        .max_ttl = config->path.max_ttl,
        .writer = trace->results.writer,
    };

    return session_open_or_say("trace", &trace->session, &session);
}

/* The loopback device takes more than a packet can be. */
static uint16_t interface_mtu(const struct host *host)
{
    struct link_info link;

    if (link_by_index(host->interface_index, &link) || link.mtu > TRACKED_MAX_LENGTH)
        return TRACKED_MAX_LENGTH;
    return (uint16_t)link.mtu;
}

static int add_path(struct trace *trace, const struct host *host, unsigned flow)
{
    struct path_config config = trace->config->path;
    uint64_t now = clock_now_ns();

    config.owner = (uint32_t)trace->job_count;
    config.target = host->address;
    config.lane = host->lane;
    config.flow = (uint16_t)flow;
    if (config.find_mtu)
        config.size = interface_mtu(host);
    struct path *path = path_create(&config);
    if (!path)
        return -ENOMEM;
    int error = fleet_add(trace->session.fleet, path_strategy(path), now);
    if (error) {
        path_strategy(path)->ops->destroy(path_strategy(path));
        return error;
    }
    trace->jobs[trace->job_count++] = (struct trace_job){host, path};
    return 0;
}

static int add_paths(struct trace *trace)
{
    const struct hosts *hosts = trace->config->hosts;
    int error = 0;

    trace->job_count = 0;
    for (size_t i = 0; !error && i < hosts->count; i++)
        for (unsigned flow = 0; !error && flow < trace->config->flows; flow++)
            error = add_path(trace, &hosts->list[i], flow);
    if (error)
        log_error("trace: out of memory for %zu paths", hosts->count * trace->config->flows);
    return error ? EXIT_FAILED : EXIT_DONE;
}

/* Those that have ended, or `all`: as far as they have come. */
static void write_json(struct trace *trace, bool all)
{
    while (trace->jobs_in_json < trace->job_count &&
           (all || path_rounds(trace->jobs[trace->jobs_in_json].path))) {
        json_t *object = path_json(&trace->jobs[trace->jobs_in_json++], &trace->style);

        if (object)
            json_dumpf(object, stdout, JSON_COMPACT | JSON_REAL_PRECISION(9));
        fputc('\n', stdout);
        fflush(stdout);
        json_decref(object);
    }
}

/* Nobody reads on, or there is no room: nothing is left to trace for. */
static void look_for_errors(struct trace *trace)
{
    if (!ferror(stdout) || trace->output_error)
        return;
    trace->output_error = errno ? errno : EIO;
    session_stop(&trace->session);
}

static uint64_t show(void *context, uint64_t now_ns)
{
    struct trace *trace = context;
    uint64_t due = UINT64_MAX;

    if (trace->config->json)
        write_json(trace, false);
    else if (!trace->mute)
        due = printer_step(&trace->printer, now_ns);
    look_for_errors(trace);
    return due;
}

static void names_came(void *context, uint64_t now_ns)
{
    struct trace *trace = context;

    (void)now_ns;
    names_news(trace->style.names); /* show() comes next */
}

static void stop(void *context, uint64_t now_ns)
{
    struct trace *trace = context;

    (void)now_ns;
    if (signals_read(&trace->signals))
        session_stop(&trace->session);
}

/* Nothing is sent any more; names may be still to come for the last lines. */
static void finish_printing(struct trace *trace)
{
    bool prints = !trace->config->json && !trace->mute;

    while (prints && !printer_finished(&trace->printer) && !trace->signals.received && !trace->output_error) {
        uint64_t now = clock_now_ns(), until = printer_step(&trace->printer, now);
        struct pollfd polled[] = {
            {.fd = names_fd(trace->style.names), .events = POLLIN},
            {.fd = trace->signals.fd, .events = POLLIN},
        };

        if (printer_finished(&trace->printer) || until == UINT64_MAX)
            break;
        poll(polled, 2, (int)((until > now ? until - now : 0) / NS_PER_MS) + 1);
        names_news(trace->style.names);
        signals_read(&trace->signals);
    }
    if (prints)
        printer_give_up(&trace->printer);
    if (trace->config->json)
        write_json(trace, true);
    look_for_errors(trace);
}

/* As if SIGPIPE had ended us, where nobody reads on. */
static int output_failed(const struct trace *trace)
{
    if (trace->output_error == EPIPE)
        return EXIT_SIGNAL + SIGPIPE;
    log_error("trace: cannot write to stdout: %s", strerror(trace->output_error));
    return EXIT_FAILED;
}

static int run(struct trace *trace)
{
    struct session_totals totals;

    trace->session.idle = show;
    trace->session.idle_context = trace;
    session_watch(&trace->session, trace->signals.fd, stop, trace);
    if (trace->style.names)
        session_watch(&trace->session, names_fd(trace->style.names), names_came, trace);
    int error = session_run(&trace->session);
    if (error)
        log_error("trace: %s", strerror(-error));
    finish_printing(trace);
    session_warn_of_losses(&trace->session);
    session_totals(&trace->session, &totals);
    if (trace_results_finish("trace", &trace->results) || error)
        return EXIT_FAILED;
    if (trace->signals.received)
        return EXIT_SIGNAL + trace->signals.received;
    if (trace->output_error)
        return output_failed(trace);
    return totals.answers ? EXIT_DONE : EXIT_FAILED;
}

static int prepare(struct trace *trace)
{
    const struct trace_config *config = trace->config;

    trace->mute = config->results_path && strcmp(config->results_path, "-") == 0;
    trace->job_count = config->hosts->count * config->flows;
    trace->jobs = calloc(trace->job_count, sizeof(*trace->jobs));
    trace->style = (struct trace_style){
        .protocol = config->protocol_name,
        .port = config->port,
        .many_flows = config->flows > 1,
        .back = config->back,
        .asn = config->asn,
        .names = config->numeric ? NULL : names_create(names_ask_system),
    };
    int result = trace->jobs
                     ? trace_results_open("trace", &trace->results, config->results_path, config->format)
                     : EXIT_FAILED;
    if (result == EXIT_DONE)
        result = open_session(trace);
    if (result == EXIT_DONE)
        result = add_paths(trace);
    trace->printer = (struct printer){
        .out = stdout, .style = &trace->style, .jobs = trace->jobs, .job_count = trace->job_count};
    return result;
}

int trace_run(const struct trace_config *config)
{
    struct trace trace = {.config = config, .results.fd = -1};

    signals_open(&trace.signals);
    int result = prepare(&trace);
    if (result == EXIT_DONE)
        result = run(&trace);
    session_close(&trace.session);
    trace_results_close(&trace.results);
    names_destroy(trace.style.names);
    signals_close(&trace.signals);
    free(trace.jobs);
    return result;
}
