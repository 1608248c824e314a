// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/exit_code.h"
#include "base/log.h"
#include "base/stop_signal.h"
#include "host/cpus.h"
#include "host/numa.h"
#include "host/privilege.h"
#include "survey/auto_tx.h"
#include "survey/knowledge.h"
#include "survey/way_in.h"
#include "survey/way_out.h"

enum {
    /* 4 MB a receiver: 65 ms of records at 1 M/s, far longer than the writer ever naps. Of many receivers
     * each has a smaller share of the replies: 256 MB for all of them. */
    WRITER_RING_RECORDS = 65536,
    WRITER_RINGS_RECORDS = 64 * WRITER_RING_RECORDS,
};

/* A power of two, as the number of receivers need not be. */
static uint64_t writer_ring(unsigned receivers)
{
    uint64_t records = WRITER_RING_RECORDS;

    while (records * receivers > WRITER_RINGS_RECORDS)
        records /= 2;
    return records;
}

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

/* Threads that depend on each other must neither be on one CPU nor wander: of a sender and its helper on the
 * same one, each gets what the other leaves. */
static bool must_be_pinned(const struct survey *survey)
{
    return survey->tx->helpers || (survey->config->sim && way_out_beside_simulator(survey));
}

/* Before anything is opened: what does not fit this machine is refused at once. */
static int place_workers(struct survey *survey)
{
    const struct survey_config *config = survey->config;
    cpu_set_t available;
    const struct placement_config placement = {
        .senders = survey->sender_count,
        .helpers = survey->tx->helpers,
        .pin_one = must_be_pinned(survey),
        .asked = &config->cpus,
        .available = &available,
        .near = &survey->home.cpus,
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

/* Once the device is known, and how to send by it: everything that follows takes memory, and starts threads,
 * that are near it. */
static int go_home(struct survey *survey)
{
    if (survey->config->sim)
        return EXIT_DONE;
    numa_find_home("/sys", survey->ways.list[0].egress.link.name, &survey->home);
    if (survey->home.node >= 0 && numa_prefer(survey->home.node))
        log_debug("memory cannot be asked for near %s", survey->ways.list[0].egress.link.name);
    return place_workers(survey);
}

/* UMEM pages are pinned, and kernels before 5.11 count BPF maps too. */
static void raise_memlock(void)
{
    const struct rlimit unlimited = {RLIM_INFINITY, RLIM_INFINITY};

    setrlimit(RLIMIT_MEMLOCK, &unlimited);
}

static int open_results(struct survey *survey)
{
    struct writer_config config = {
        .format = survey->config->format,
        .producers = survey->receiver_count,
        .urgent = true,
        .ring_capacity = writer_ring(survey->receiver_count),
    };

    placement_of_writer(&survey->placement, &config.cpus);
    int result =
        record_file_open("survey", &survey->results, survey->config->results_path, survey->config->overwrite);

    return result ? result : record_file_start("survey", &survey->results, &config);
}

/* Memory of the ring comes from the node of the CPU that asks for it, and helpers inherit their place. */
static int open_in_place(struct survey *survey, unsigned i)
{
    cpu_set_t here, there;
    int error = cpus_available(&here);

    placement_of_helpers(&survey->placement, i, &there);
    if (!CPU_COUNT(&there))
        return way_out_open_tx(survey, i);
    if (!error)
        error = cpus_keep_to(&there);
    if (error)
        return error;
    error = way_out_open_tx(survey, i);
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

    placement_of_sender(&survey->placement, i, &survey->senders[i].cpus);
    sender->blocklist = config->plan->blocklist;
    sender->withheld = survey->ways.withheld;
    sender->strategy = survey->strategies[i] = config->strategy->create(&strategy);
    return sender->strategy ? open_in_place(survey, i) : -ENOMEM;
}

static int prepare_receiver(struct survey *survey, unsigned i)
{
    unsigned first = i * survey->source_count / survey->receiver_count;
    unsigned end = (i + 1) * survey->source_count / survey->receiver_count;
    struct receiver *receiver = &survey->receivers[i].receiver;

    placement_of_receiver(&survey->placement, i, &survey->receivers[i].cpus);
    receiver->graph = graph_prepare(survey->graph);
    receiver->key = survey->config->plan->probe_key;
    receiver->matcher = &survey->matcher;
    receiver->writer = survey->results.writer;
    receiver->producer = i;
    receiver->strategies = survey->strategies;
    receiver->strategy_count = survey->sender_count;
    receiver->sources = survey->sources + first;
    receiver->source_count = end - first;
    return receiver->graph ? 0 : -ENOMEM;
}

/* Workers that nobody has set up yet can be stopped and closed. */
static void *allocate_idle(unsigned count, size_t size)
{
    void *workers = aligned_alloc(CACHE_LINE, count * size);

    return workers ? memset(workers, 0, count * size) : NULL;
}

static int out_of_memory(void)
{
    log_error("survey: out of memory");
    return EXIT_FAILED;
}

static int allocate_workers(struct survey *survey)
{
    unsigned cpus = survey->placement.cpus;

    survey->receiver_count = survey->source_count < cpus ? survey->source_count : cpus;
    survey->strategies = calloc(survey->sender_count, sizeof(*survey->strategies));
    survey->senders = allocate_idle(survey->sender_count, sizeof(*survey->senders));
    survey->receivers = allocate_idle(survey->receiver_count, sizeof(*survey->receivers));
    survey->probes_sent = calloc(survey->sender_count, sizeof(*survey->probes_sent));
    if (!survey->strategies || !survey->senders || !survey->receivers || !survey->probes_sent)
        return out_of_memory();
    for (unsigned i = 0; i < survey->sender_count; i++)
        survey->probes_sent[i] = &survey->senders[i].sender.counters.generated;
    survey->allowance = (struct allowance){.sent = survey->probes_sent, .senders = survey->sender_count};
    return EXIT_DONE;
}

static int prepare_receivers(struct survey *survey)
{
    for (unsigned i = 0; i < survey->receiver_count; i++)
        if (prepare_receiver(survey, i))
            return out_of_memory();
    return EXIT_DONE;
}

static int try_senders(struct survey *survey)
{
    int error = 0;

    for (unsigned i = 0; !error && i < survey->sender_count; i++)
        error = prepare_sender(survey, i);
    return error;
}

static void close_senders(struct survey *survey)
{
    struct tx_totals totals;

    for (unsigned i = 0; survey->senders && i < survey->sender_count; i++) {
        struct tx *tx = survey->senders[i].sender.tx;

        if (tx)
            tx->ops->close(tx, &totals);
        survey->senders[i].sender.tx = NULL;
    }
    for (unsigned i = 0; survey->strategies && i < survey->sender_count; i++) {
        if (survey->strategies[i])
            survey->strategies[i]->ops->destroy(survey->strategies[i]);
        survey->strategies[i] = NULL;
    }
}

static int prepare_senders(struct survey *survey)
{
    int error = try_senders(survey);

    if (error && auto_tx_fall_back(survey, strerror(-error))) {
        close_senders(survey);
        if (place_workers(survey))
            return EXIT_FAILED;
        error = try_senders(survey);
    }
    if (!error)
        return EXIT_DONE;
    log_error("survey: cannot open the TX backend '%s' on %s: %s", survey->tx->name,
              survey->ways.list[0].egress.link.name, strerror(-error));
    return EXIT_FAILED;
}

static int hold_choice(struct survey *survey)
{
    return auto_tx_falls_short(survey) ? place_workers(survey) : EXIT_DONE;
}

int survey_parts_open(struct survey *survey)
{
    /* Senders before receivers, since these have the CPUs that senders left them. */
    static int (*const steps[])(struct survey *) = {
        place_workers,        way_out_open,    auto_tx_choose, go_home,
        way_out_check_queues, way_in_open,     hold_choice,    knowledge_open,
        allocate_workers,     prepare_senders, open_results,   prepare_receivers,
    };

    survey->results.fd = -1;
    survey->home.node = -1;
    survey->sender_count = survey->config->threads;
    auto_tx_begin(survey);
    int result = check_privileges(survey->tx);
    raise_memlock();
    for (size_t i = 0; result == EXIT_DONE && i < sizeof(steps) / sizeof(steps[0]); i++)
        result = stop_signal_pending() ? EXIT_FAILED : steps[i](survey);
    return result;
}

/* No thread is left when the first thing that it may use goes: receivers call the senders' strategies. */
static void stop_workers(struct survey *survey)
{
    for (unsigned i = 0; survey->senders && i < survey->sender_count; i++)
        sender_worker_stop(&survey->senders[i]);
    for (unsigned i = 0; survey->receivers && i < survey->receiver_count; i++)
        receiver_worker_stop(&survey->receivers[i]);
}

static void close_workers(struct survey *survey)
{
    stop_workers(survey);
    close_senders(survey);
    free(survey->probes_sent);
    free(survey->senders);
    free(survey->receivers);
    free(survey->strategies);
}

void survey_parts_close(struct survey *survey)
{
    close_workers(survey);
    record_file_close(&survey->results);
    way_in_close(survey);
    knowledge_close(survey);
    way_out_close(survey);
    if (survey->home.node >= 0)
        numa_prefer(-1);
}
