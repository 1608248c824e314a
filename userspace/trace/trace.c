// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/trace.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/exit_code.h"
#include "base/log.h"
#include "base/number.h"
#include "host/link.h"
#include "session/confinement.h"
#include "target/path.h"
#include "trace/name_helper.h"
#include "trace/output_files.h"
#include "trace/view.h"

static int open_session(struct trace_run *run)
{
    const struct trace_config *config = run->config;
    size_t paths = path_count(config->hosts->count, config->flows);
    bool maps = run->view->maps && paths > 1 && !config->path.classic;
    const struct session_config session = {
        .probes =
            {
                .layouts = layout_pair_of(&config->layout),
                .tos = config->tos,
                .same_flow_label = config->same_flow_label,
                .flow_label = config->flow_label,
                .dont_fragment = config->path.find_mtu,
                .sources = config->hosts->sources,
                .source_count = config->hosts->source_count,
            },
        .sockets = config->sockets,
        .long_packets = config->path.find_mtu ? TX_RAW_REFUSED : TX_RAW_FRAGMENTED,
        .interface = config->interface,
        .sources = config->sources,
        .scopes = config->hosts->scopes,
        .rate = config->rate,
        .round_probes = run->view->searches ? 0 : config->path.queries,
        .late_after_ns = config->path.patience.wait_ns,
        .paths = paths,
        .flows = maps ? config->flows : 0,
        .max_ttl = config->path.max_ttl,
    };

    return session_open_or_say("trace", &run->session, &session);
}

/* The MTU of the loopback device is more than a packet can have. */
static uint16_t interface_mtu(const struct host *host)
{
    struct link_info link;

    if (link_by_index(host->interface_index, &link) || link.mtu > TRACKED_MAX_LENGTH)
        return TRACKED_MAX_LENGTH;
    return (uint16_t)link.mtu;
}

int trace_out_of_memory(void)
{
    log_error("trace: out of memory");
    return EXIT_FAILED;
}

int trace_add_member(struct trace_run *run, struct strategy *member)
{
    int error = fleet_add(run->session.fleet, member, clock_now_ns());

    if (error)
        member->ops->close(member);
    return error;
}

int trace_add_path(struct trace_run *run, const struct host *host, unsigned flow,
                   const struct path_observer *observer, struct path **out)
{
    struct path_config config = run->config->path;

    config.owner = (uint32_t)fleet_count(run->session.fleet);
    config.target_address = host->address;
    config.lane = host->lane;
    config.flow = (uint16_t)flow;
    config.size = config.find_mtu ? interface_mtu(host) : host->size;
    if (observer)
        config.observer = *observer;
    *out = path_create(&config);
    return *out ? trace_add_member(run, path_strategy(*out)) : -ENOMEM;
}

int trace_add_paths(struct trace_run *run, const struct path_observer *observer, struct trace_job **jobs)
{
    const struct hosts *hosts = run->config->hosts;
    struct trace_job *job = *jobs = calloc(path_count(hosts->count, run->config->flows), sizeof(*job));

    if (!job)
        return trace_out_of_memory();
    for (size_t i = 0; i < hosts->count; i++)
        for (unsigned flow = 0; flow < run->config->flows; flow++, job++) {
            job->host = &hosts->list[i];
            if (trace_add_path(run, job->host, flow, observer, &job->path))
                return trace_out_of_memory();
        }
    return EXIT_DONE;
}

void trace_wait_for_names(struct trace_run *run, uint64_t now_ns, uint64_t until_ns)
{
    struct pollfd polled[] = {
        {.fd = names_fd(run->style.names), .events = POLLIN},
        {.fd = run->signals.fd, .events = POLLIN},
    };

    poll(polled, 2, (int)((until_ns > now_ns ? until_ns - now_ns : 0) / NS_PER_MS) + 1);
    names_news(run->style.names);
    signals_read(&run->signals);
}

static uint64_t show(void *context, uint64_t now_ns)
{
    struct trace_run *run = context;

    return run->mute ? UINT64_MAX : run->view->step(run, now_ns);
}

static void names_came(void *context, uint64_t now_ns)
{
    struct trace_run *run = context;

    (void)now_ns;
    names_news(run->style.names); /* show() comes next */
}

static void stop(void *context, uint64_t now_ns)
{
    struct trace_run *run = context;

    (void)now_ns;
    if (signals_read(&run->signals))
        session_stop(&run->session);
}

static void tell_found(const struct session *session)
{
    size_t paths = fleet_count(session->fleet);
    uint64_t interfaces = graph_interfaces(session->graph), links = graph_links(session->graph);

    log_info("%zu path%s: %" PRIu64 " interface%s, %" PRIu64 " link%s", paths, plural(paths), interfaces,
             plural(interfaces), links, plural(links));
}

static int run_session(struct trace_run *run)
{
    struct session_totals totals;

    if (!run->mute)
        hosts_tell_unprobed(run->config->hosts, run->config->json || run->view->always_json, stdout);
    run->session.idle = show;
    run->session.idle_context = run;
    session_watch(&run->session, run->signals.fd, stop, run);
    session_watch(&run->session, names_fd(run->style.names), names_came, run);
    int error = session_run(&run->session);
    int result = run->mute ? EXIT_DONE : run->view->finish(run);

    if (error)
        log_error("trace: %s", strerror(-error));
    session_warn_of_losses(&run->session);
    if (run->session.graph)
        tell_found(&run->session);
    session_totals(&run->session, &totals);
    int written = record_file_finish("trace", &run->results);
    if (written || error)
        return written ? written : EXIT_FAILED;
    if (run->signals.received)
        return EXIT_SIGNAL + run->signals.received;
    if (run->session.reader_gone)
        return EXIT_SIGNAL + SIGPIPE;
    if (result == EXIT_DONE && run->config->hosts->unprobed_count)
        return EXIT_UNUSABLE;
    return result == EXIT_DONE && !totals.answers ? EXIT_FAILED : result;
}

/* Warns where more probes may be in flight than there are numbers for them: a probe whose number is used
 * again loses its answer. */
static void warn_of_numbers(const struct trace_run *run)
{
    const struct path_config *path = &run->config->path;
    unsigned probes = (path->max_ttl - path->first_ttl + 1) * path->queries;
    double windows =
        (double)fleet_count(run->session.fleet) * (probes < path->window ? probes : path->window);
    double paced = run->config->rate * (double)path->patience.wait_ns / (double)NS_PER_S;

    if (fmin(windows, paced) >= TRACKED_PROBES)
        log_warning("more probes may be in flight than the %d that can be distinguished, and answers may be "
                    "lost: lower --rate, --wait or --sim-queries",
                    TRACKED_PROBES - 1);
}

/* A file of metrics is replaced again and again, and results are renamed at the end. */
static int keep_files(struct trace_run *run)
{
    const struct trace_config *config = run->config;

    run->late = late_files_create();
    run->metrics.late = run->late;
    record_file_keep_by(&run->results, run->late);
    if (!run->late || late_files_allow(run->late, LATE_REPLACE, config->prometheus.path) ||
        record_output_allow(&config->records, run->late))
        return trace_out_of_memory();
    int error = sandbox_keep_files(&config->sandbox, run->late);
    if (error)
        log_error("trace: cannot start the keeper of its files: %s", strerror(-error));
    return error ? EXIT_FAILED : EXIT_DONE;
}

static void open_names(struct trace_run *run)
{
    if (run->config->numeric)
        return;
    run->name_helper = name_helper_start(&run->config->sandbox);
    if (!run->name_helper) {
        log_warning("trace: names are not looked up: %s", strerror(errno));
        return;
    }
    const struct names_source source = name_helper_source(run->name_helper);

    run->style.names = names_create(&source);
}

static void close_names(struct trace_run *run)
{
    name_helper_stop(run->name_helper);
    names_destroy(run->style.names);
}

static int open_view(struct trace_run *run)
{
    run->state = calloc(1, run->view->state_size);
    return run->state ? run->view->open(run) : trace_out_of_memory();
}

static void close_view(struct trace_run *run)
{
    if (run->state)
        run->view->close(run);
    free(run->state);
}

int trace_run(const struct trace_config *config)
{
    struct trace_run run = {
        .config = config,
        .view = config->view,
        .mute = record_output_has_stdout(&config->records),
        .metrics.fd = -1,
        .style =
            {
                .protocol = config->layout.layout->tracked->name,
                .port = config->layout.port,
                .tos = config->tos,
                .many_flows = config->flows > 1,
                .back = config->back,
                .owners = config->owners,
            },
    };

    signals_open(&run.signals);
    int result = output_files_open(&run);
    if (result == EXIT_DONE)
        result = keep_files(&run);
    if (result == EXIT_DONE)
        result = session_drop("trace", &config->sandbox);
    if (result == EXIT_DONE)
        open_names(&run);
    if (result == EXIT_DONE)
        result = open_session(&run);
    if (result == EXIT_DONE)
        result = session_start_records("trace", &run.session, &run.results);
    if (result == EXIT_DONE)
        result = open_view(&run);
    if (result == EXIT_DONE)
        warn_of_numbers(&run);
    if (result == EXIT_DONE)
        result = output_files_begin(&run);
    if (result == EXIT_DONE)
        output_files_keep(&run);
    if (result == EXIT_DONE)
        result = session_confine("trace", &config->sandbox, FILTER_FOR_TERMINAL | FILTER_FOR_ROUTES);
    if (result == EXIT_DONE)
        result = run_session(&run);
    else if (signals_read(&run.signals))
        result = EXIT_SIGNAL + run.signals.received;
    close_view(&run);
    session_close(&run.session);
    output_files_close(&run);
    close_names(&run);
    late_files_destroy(run.late);
    signals_close(&run.signals);
    return result;
}
