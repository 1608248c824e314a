// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/parts.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/log.h"
#include "command/commands.h"
#include "host/cpus.h"
#include "host/privilege.h"
#include "sim/line.h"
#include "xdp/socket.h"

enum {
    /* 4 MB a receiver: 65 ms of records at 1 M/s, far longer than the writer ever naps. */
    WRITER_RING_RECORDS = 65536,
};

static int check_privileges(const struct tx_ops *tx)
{
    unsigned missing =
        privilege_missing(PRIVILEGE_NET_RAW | PRIVILEGE_NET_ADMIN | PRIVILEGE_BPF | tx->privileges);

    if (!missing)
        return EXIT_DONE;
    log_error("survey: %s is missing: run as root, or grant it with setcap (--dry-run needs none)",
              privilege_name((enum privilege)(missing & -missing)));
    return EXIT_UNUSABLE;
}

/* Whether kernel threads of the simulated Internet have the senders' CPUs, ahead of them: many probes are
 * then answered at a time, on the CPU that has just written them. Not where the sender would have to wait
 * after every frame. Live frames come in batches anyway, and where replies take time they pass through
 * threads of the simulator. */
static bool sim_threads_beside_senders(const struct survey_config *config)
{
    const struct sim_line_config line = sim_options_line(config->sim);

    if (config->sim_topology->kind == SIM_LINUX)
        return false;
    if (config->sim->threaded_napi != SIM_AS_REALISM_SAYS)
        return config->sim->threaded_napi;
    return !config->tx->helpers && !config->tx->yields && !sim_line_is_needed(&line);
}

/* Threads that depend on each other must neither be on one CPU nor wander: of a sender and its helper on the
 * same one, each gets what the other leaves. */
static bool must_be_pinned(const struct survey_config *config)
{
    return config->tx->helpers || (config->sim && sim_threads_beside_senders(config));
}

/* Before anything is opened: what does not fit this machine is refused at once. */
static int place_workers(struct survey *survey)
{
    const struct survey_config *config = survey->config;
    cpu_set_t available;
    const struct placement_config placement = {
        .senders = survey->sender_count,
        .helpers = config->tx->helpers,
        .pin_one = must_be_pinned(config),
        .asked = &config->cpus,
        .available = &available,
    };
    struct placement_error refused;
    int error = cpus_available(&available);

    if (error) {
        log_error("survey: cannot tell which CPUs there are: %s", strerror(-error));
        return EXIT_FAILED;
    }
    if (placement_make(&survey->placement, &placement, &refused)) {
        log_error("survey: %s", refused.text);
        return EXIT_UNUSABLE;
    }
    return EXIT_DONE;
}

/* UMEM pages are pinned, and kernels before 5.11 count BPF maps too. */
static void raise_memlock(void)
{
    const struct rlimit unlimited = {RLIM_INFINITY, RLIM_INFINITY};

    setrlimit(RLIMIT_MEMLOCK, &unlimited);
}

static int open_uplink(struct survey *survey)
{
    const struct survey_config *config = survey->config;
    struct sim_uplink_config uplink = sim_uplink_configure(config->sim, config->sim_topology);
    cpu_set_t cpus[SIM_QUEUES_MAX];
    int error;

    for (unsigned queue = 0; queue < uplink.queues; queue++)
        placement_of_queue(&survey->placement, queue, uplink.queues, &cpus[queue]);
    uplink.cpus = cpus;
    uplink.threaded_napi = sim_threads_beside_senders(config);
    error = sim_uplink_open(&survey->uplink, &uplink);
    if (!error)
        return EXIT_DONE;
    return error == -EPERM ? EXIT_UNUSABLE : EXIT_FAILED;
}

static int open_way_out(struct survey *survey)
{
    const struct survey_config *config = survey->config;
    struct egress_options options = config->egress;
    struct egress_error error;

    if (config->sim) {
        int refused = open_uplink(survey);

        if (refused)
            return refused;
        options.interface = sim_uplink_interface(survey->uplink);
    }
    if (egress_find(&survey->egress, &options, config->plan->targets, &error)) {
        log_error("survey: %s", error.text);
        return EXIT_UNUSABLE;
    }

    struct frame_config frame = {
        .key = config->plan->probe_key,
        .source = survey->egress.source,
        .vlan = survey->egress.vlan,
    };
    memcpy(frame.source_mac, survey->egress.link.mac, sizeof(frame.source_mac));
    memcpy(frame.next_hop_mac, survey->egress.next_hop_mac, sizeof(frame.next_hop_mac));
    frame_template_init(&survey->frame, &frame);
    return EXIT_DONE;
}

/* AF_XDP sockets send on the queue of their number, the others' frames go to that of the CPU they leave from.
 */
static int check_queues(struct survey *survey)
{
    const struct link_info *link = &survey->egress.link;
    unsigned queues = link->tx_queues, one, other;

    if (survey->config->tx->uses_xdp_socket) {
        if (link->rx_queues < queues)
            queues = link->rx_queues;
        if (survey->sender_count <= queues)
            return EXIT_DONE;
        log_error("survey: --threads %u: --tx %s needs a queue for each, and %s has %u (%s)",
                  survey->sender_count, survey->config->tx->name, link->name, queues,
                  survey->config->sim ? "--sim=queues=N" : "ethtool -L sets them");
        return EXIT_UNUSABLE;
    }
    if (survey->sender_count > queues)
        log_warning("%u senders share the %u TX queue%s of %s and wait for each other", survey->sender_count,
                    queues, queues == 1 ? "" : "s", link->name);
    else if (placement_shared_queue(&survey->placement, queues, &one, &other))
        log_warning(
            "senders on CPUs %u and %u share one of the %u TX queues of %s, unless XPS says otherwise", one,
            other, queues, link->name);
    return EXIT_DONE;
}

/* Twice what a queue gets where all get as much. */
static double replies_per_queue(const struct survey *survey)
{
    double rate = survey->config->rate;

    return isnan(rate) ? INFINITY : 2 * rate / survey->egress.link.rx_queues;
}

static int open_sockets(struct survey *survey)
{
    const struct link_info *link = &survey->egress.link;

    survey->sources = calloc(link->rx_queues, sizeof(*survey->sources));
    if (!survey->sources)
        return -ENOMEM;
    for (unsigned queue = 0; queue < link->rx_queues; queue++) {
        const struct xdp_socket_config config = {
            .interface = link->name,
            .queue = queue,
            .frames = xdp_socket_frames_for(replies_per_queue(survey)),
            .tx.slots = survey->config->tx->uses_xdp_socket && queue < survey->sender_count
                            ? XDP_SOCKET_DEFAULT_TX_SLOTS
                            : 0,
            .generic = survey->xdp_mode == XDP_MODE_GENERIC,
        };
        int error = xdp_socket_open(&survey->sources[queue], &config);

        if (error) {
            log_error("survey: cannot bind an AF_XDP socket to queue %u of %s: %s", queue, link->name,
                      error == -EBUSY ? "another program holds it" : strerror(-error));
            return error;
        }
        survey->source_count++;
        error = xdp_filter_set_socket(survey->filter, queue, xdp_socket_fd(survey->sources[queue]));
        if (error)
            return error;
    }
    return 0;
}

/* Native first; a driver that cannot, or cannot with the device's present settings, gets the program in
 * generic mode. */
static int attach_filter(struct survey *survey)
{
    const struct link_info *link = &survey->egress.link;
    int error = xdp_filter_attach(survey->filter, link->index, XDP_MODE_NATIVE);

    if (error && error != -EBUSY && error != -EEXIST) {
        log_warning("%s (%s) refuses a native XDP program (%s): generic mode it is, which is slower",
                    link->name, link->driver[0] ? link->driver : "unknown driver", strerror(-error));
        survey->xdp_mode = XDP_MODE_GENERIC;
        error = xdp_filter_attach(survey->filter, link->index, XDP_MODE_GENERIC);
    }
    if (error == -EBUSY || error == -EEXIST)
        log_error("survey: interface %s already has an XDP program: take it off (ip link set %s xdp off), or "
                  "wait for "
                  "the other survey to end",
                  link->name, link->name);
    else if (error)
        log_error("survey: cannot attach the reply filter to %s: %s", link->name, strerror(-error));
    return error;
}

static int open_way_in(struct survey *survey)
{
    int error =
        xdp_filter_open(&survey->filter, survey->config->plan->probe_key, survey->egress.link.rx_queues);

    if (error) {
        log_error("survey: cannot load the XDP reply filter: %s", strerror(-error));
        return EXIT_FAILED;
    }
    /* Attached before the sockets are bound: the mode that was possible decides how they bind. Until then
     * replies of a queue go to the kernel, and none are due yet. */
    if (attach_filter(survey))
        return EXIT_UNUSABLE;
    return open_sockets(survey) ? EXIT_FAILED : EXIT_DONE;
}

static int open_knowledge(struct survey *survey)
{
    const struct survey_config *config = survey->config;
    const struct plan_config *plan = &config->plan->config;
    uint64_t targets = targets_count(config->plan->targets);
    const struct graph_config graph = {
        .paths = targets * plan->flows,
        .min_ttl = plan->min_ttl,
        .max_ttl = plan->max_ttl,
        .link_memory = config->link_memory,
    };

    survey->clock = clock_pair();
    survey->matcher = (struct matcher){
        .targets = config->plan->targets,
        .min_ttl = plan->min_ttl,
        .max_ttl = plan->max_ttl,
        .flows = plan->flows,
        .late_after_us = config->late_after_us,
        .clock = survey->clock,
        .answered = &survey->answered,
    };
    survey->graph = graph_create(&graph);
    if (!survey->graph || answered_init(&survey->answered, targets, plan->flows, config->duplicate_memory)) {
        log_error("survey: out of memory for %llu targets: lower --link-memory or --duplicate-memory",
                  (unsigned long long)targets);
        return EXIT_FAILED;
    }
    return EXIT_DONE;
}

static int open_results(struct survey *survey)
{
    const struct writer_config config = {
        .format = survey->config->format,
        .producers = survey->receiver_count,
        .ring_capacity = WRITER_RING_RECORDS,
    };

    return record_file_open("survey", &survey->results, survey->config->results_path, &config);
}

/* Memory of the ring comes from the node of the CPU that asks for it, and helpers inherit their place. */
static int open_in_place(struct survey *survey, unsigned i, const struct tx_config *config)
{
    cpu_set_t here, there;
    int error = cpus_available(&here);

    placement_of_helpers(&survey->placement, i, &there);
    if (!CPU_COUNT(&there))
        return survey->config->tx->open(&survey->senders[i].sender.tx, config);
    if (!error)
        error = cpus_keep_to(&there);
    if (error)
        return error;
    error = survey->config->tx->open(&survey->senders[i].sender.tx, config);
    cpus_keep_to(&here);
    return error;
}

static int prepare_sender(struct survey *survey, unsigned i)
{
    const struct survey_config *config = survey->config;
    struct sender *sender = &survey->senders[i].sender;
    const struct strategy_config strategy = {
        .targets = config->plan->targets,
        .min_ttl = config->plan->config.min_ttl,
        .max_ttl = config->plan->config.max_ttl,
        .flows = config->plan->config.flows,
        .key = config->plan->order_key,
        .slice = i,
        .slices = survey->sender_count,
    };
    const struct tx_config tx = {
        .interface_index = survey->egress.link.index,
        .frame = &survey->frame,
        .xdp = config->tx->uses_xdp_socket ? xdp_socket_tx(survey->sources[i]) : NULL,
    };

    placement_of_sender(&survey->placement, i, &survey->senders[i].cpus);
    sender->blocklist = config->plan->blocklist;
    sender->strategy = survey->strategies[i] = config->strategy->create(&strategy);
    return sender->strategy ? open_in_place(survey, i, &tx) : -ENOMEM;
}

static void prepare_receiver(struct survey *survey, unsigned i)
{
    unsigned first = i * survey->source_count / survey->receiver_count;
    unsigned end = (i + 1) * survey->source_count / survey->receiver_count;
    struct receiver *receiver = &survey->receivers[i].receiver;

    placement_of_receiver(&survey->placement, i, &survey->receivers[i].cpus);
    survey->receivers[i].graph = survey->graph;
    receiver->key = survey->config->plan->probe_key;
    receiver->matcher = &survey->matcher;
    receiver->writer = survey->results.writer;
    receiver->producer = i;
    receiver->strategies = survey->strategies;
    receiver->strategy_count = survey->sender_count;
    receiver->sources = survey->sources + first;
    receiver->source_count = end - first;
}

static int allocate_workers(struct survey *survey)
{
    cpu_set_t available;
    unsigned cpus = cpus_available(&available) ? 1 : (unsigned)CPU_COUNT(&available);

    survey->receiver_count = survey->source_count < cpus ? survey->source_count : cpus;
    survey->strategies = calloc(survey->sender_count, sizeof(*survey->strategies));
    survey->senders = aligned_alloc(CACHE_LINE, survey->sender_count * sizeof(*survey->senders));
    survey->receivers = aligned_alloc(CACHE_LINE, survey->receiver_count * sizeof(*survey->receivers));
    if (!survey->strategies || !survey->senders || !survey->receivers) {
        log_error("survey: out of memory");
        return EXIT_FAILED;
    }
    memset(survey->senders, 0, survey->sender_count * sizeof(*survey->senders));
    memset(survey->receivers, 0, survey->receiver_count * sizeof(*survey->receivers));
    return EXIT_DONE;
}

static int prepare_workers(struct survey *survey)
{
    for (unsigned i = 0; i < survey->receiver_count; i++)
        prepare_receiver(survey, i);
    for (unsigned i = 0; i < survey->sender_count; i++) {
        int error = prepare_sender(survey, i);

        if (error) {
            log_error("survey: cannot open the TX backend '%s' on %s: %s", survey->config->tx->name,
                      survey->egress.link.name, strerror(-error));
            return EXIT_FAILED;
        }
    }
    return EXIT_DONE;
}

int survey_parts_open(struct survey *survey)
{
    static int (*const steps[])(struct survey *) = {
        place_workers,  open_way_out,     check_queues, open_way_in,
        open_knowledge, allocate_workers, open_results, prepare_workers,
    };

    survey->results.fd = -1;
    survey->sender_count = survey->config->threads;
    int result = check_privileges(survey->config->tx);
    raise_memlock();
    for (size_t i = 0; result == EXIT_DONE && i < sizeof(steps) / sizeof(steps[0]); i++)
        result = steps[i](survey);
    if (result == EXIT_DONE)
        link_counters(survey->egress.link.index, &survey->device_before);
    return result;
}

static void close_workers(struct survey *survey)
{
    struct tx_totals totals;

    for (unsigned i = 0; survey->senders && i < survey->sender_count; i++) {
        sender_worker_stop(&survey->senders[i]);
        if (survey->senders[i].sender.tx)
            survey->senders[i].sender.tx->ops->close(survey->senders[i].sender.tx, &totals);
        if (survey->strategies[i])
            survey->strategies[i]->ops->destroy(survey->strategies[i]);
    }
    for (unsigned i = 0; survey->receivers && i < survey->receiver_count; i++)
        receiver_worker_stop(&survey->receivers[i]);
    free(survey->senders);
    free(survey->receivers);
    free(survey->strategies);
}

void survey_parts_close(struct survey *survey)
{
    close_workers(survey);
    record_file_close(&survey->results);
    for (unsigned i = 0; i < survey->source_count; i++)
        survey->sources[i]->ops->close(survey->sources[i]);
    free(survey->sources);
    xdp_filter_close(survey->filter);
    graph_destroy(survey->graph);
    answered_free(&survey->answered);
    if (survey->uplink)
        sim_uplink_close(survey->uplink);
}
