// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/crew.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/exit_code.h"
#include "base/log.h"
#include "host/cpus.h"
#include "survey/auto_tx.h"
#include "survey/gentleness.h"
#include "survey/home.h"
#include "survey/way_out.h"

/* Workers in this state, before their set-up, can be stopped and closed. */
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

static bool strategy_listens(const struct survey *survey)
{
    return survey->config->strategy.ops->reply != NULL;
}

static int open_answers(struct survey *survey)
{
    unsigned receivers = survey->receiver_count, senders = survey->sender_count;

    if (!strategy_listens(survey))
        return 0;
    return answer_rings_open(&survey->answers, receivers, senders, answer_rings_capacity(receivers, senders));
}

int crew_allocate(struct survey *survey)
{
    unsigned cpus = survey->placement.cpus;

    survey->receiver_count = survey->source_count < cpus ? survey->source_count : cpus;
    survey->senders = allocate_idle(survey->sender_count, sizeof(*survey->senders));
    survey->receivers = allocate_idle(survey->receiver_count, sizeof(*survey->receivers));
    survey->probes_sent = calloc(survey->sender_count, sizeof(*survey->probes_sent));
    if (!survey->senders || !survey->receivers || !survey->probes_sent)
        return out_of_memory();
    for (unsigned i = 0; i < survey->sender_count; i++)
        survey->probes_sent[i] = &survey->senders[i].sender.counters.generated;
    survey->allowance = (struct allowance){.sent = survey->probes_sent, .senders = survey->sender_count};
    return gentleness_open(survey) || open_answers(survey) ? out_of_memory() : EXIT_DONE;
}

/* Memory of the ring comes from the node of the CPU that allocates it, and helpers inherit the CPUs. */
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

/* Returns the share of --max-probes. */
static uint64_t share_of_probes(const struct survey *survey, unsigned i)
{
    uint64_t probes = survey->config->limits.probes;

    return probes / survey->sender_count + (i < probes % survey->sender_count);
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
        .first = i ? survey->senders[0].sender.strategy : NULL,
        .options = config->strategy.options,
    };

    placement_of_sender(&survey->placement, i, &survey->senders[i].cpus);
    sender->blocklist = config->plan->blocklist;
    sender->withheld = survey->ways.withheld;
    sender->number = i;
    sender->limited = config->limits.probes;
    sender->allowed = share_of_probes(survey, i);
    sender->prompt = strategy_listens(survey) || gentleness_binds(config);
    sender->answers = strategy_listens(survey) ? &survey->answers : NULL;
    int error = gentleness_open_strategy(survey, &strategy, &sender->strategy);
    if (!error)
        error = open_in_place(survey, i);
    if (!error)
        sender_open(sender);
    return error;
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

    /* The first one is closed last, because the others may use its shared knowledge. */
    for (unsigned i = survey->senders ? survey->sender_count : 0; i-- > 0;) {
        struct sender *sender = &survey->senders[i].sender;

        if (sender->tx)
            sender->tx->ops->close(sender->tx, &totals);
        if (sender->strategy)
            sender->strategy->ops->close(sender->strategy);
        sender->tx = NULL;
        sender->strategy = NULL;
    }
}

int crew_prepare_senders(struct survey *survey)
{
    int error = try_senders(survey);

    if (error && auto_tx_fall_back(survey, tx_open_error_text(survey->tx, error))) {
        close_senders(survey);
        if (home_place(survey))
            return EXIT_FAILED;
        error = try_senders(survey);
    }
    if (!error)
        return EXIT_DONE;
    log_error("survey: cannot open the TX backend '%s' on %s: %s", survey->tx->name,
              survey->ways.list[0].egress.link.name, tx_open_error_text(survey->tx, error));
    return EXIT_FAILED;
}

static int prepare_receiver(struct survey *survey, unsigned i)
{
    unsigned first = i * survey->source_count / survey->receiver_count;
    unsigned end = (i + 1) * survey->source_count / survey->receiver_count;
    struct receiver *receiver = &survey->receivers[i].receiver;

    placement_of_receiver(&survey->placement, i, &survey->receivers[i].cpus);
    receiver->graph = graph_open(survey->graph);
    receiver->layouts = survey->config->plan->layouts;
    receiver->matcher = &survey->matcher;
    receiver->writer = survey->results.writer;
    receiver->producer = i;
    receiver->answers = strategy_listens(survey) ? &survey->answers : NULL;
    receiver->sources = survey->sources + first;
    receiver->source_count = end - first;
    receiver->capture = survey->capture.writer;
    receiver->interfaces = survey->capture.interfaces ? survey->capture.interfaces + first : NULL;
    return receiver->graph ? 0 : -ENOMEM;
}

int crew_prepare_receivers(struct survey *survey)
{
    for (unsigned i = 0; i < survey->receiver_count; i++)
        if (prepare_receiver(survey, i))
            return out_of_memory();
    return EXIT_DONE;
}

/* Ends all threads before anything that they may use is freed. */
static void stop_workers(struct survey *survey)
{
    for (unsigned i = 0; survey->senders && i < survey->sender_count; i++)
        sender_worker_stop(&survey->senders[i]);
    for (unsigned i = 0; survey->receivers && i < survey->receiver_count; i++)
        receiver_worker_stop(&survey->receivers[i]);
}

void crew_close(struct survey *survey)
{
    stop_workers(survey);
    close_senders(survey);
    free(survey->probes_sent);
    free(survey->senders);
    free(survey->receivers);
    answer_rings_close(&survey->answers);
    gentleness_close(survey);
}
