// SPDX-License-Identifier: GPL-2.0-or-later
/* All load-balanced ways to each host: as text, as one JSON object each, and as a graph for graphviz. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/address_text.h"
#include "base/clock.h"
#include "base/exit_code.h"
#include "base/log.h"
#include "output/json_value.h"
#include "trace/mda_output.h"
#include "trace/names.h"
#include "trace/view.h"

struct mda_view {
    struct mda **searches; /* owned by the fleet */
    size_t count;
    size_t shown; /* so far, in their order */
};

static uint32_t flows_of(const struct trace_run *run, const struct host *host)
{
    const struct layout_pair pair = layout_pair_of(&run->config->layout);
    const struct layout_choice *choice = layout_of_family(&pair, address_family(host->address));
    uint32_t flows = choice->layout->tracked->max_flow(choice->port) + 1;

    return flows < MDA_FLOWS ? flows : MDA_FLOWS;
}

static int add_search(struct trace_run *run, struct mda_view *self, const struct host *host)
{
    const struct path_config *path = &run->config->path;
    const struct mda_config config = {
        .owner = (uint32_t)fleet_count(run->session.fleet),
        .target_address = host->address,
        .lane = host->lane,
        .flows = flows_of(run, host),
        .size = host->size,
        .first_ttl = path->first_ttl,
        .max_ttl = path->max_ttl,
        .window = path->window,
        .gap_limit = path->gap_limit,
        .attempts = path->queries,
        .confidence = run->config->confidence,
        .bound = MDA_BOUND_GRAPH,
        .patience = path->patience,
        .pause_ns = path->pause_ns,
    };
    struct mda *search = mda_create(&config);

    if (!search || trace_add_member(run, mda_strategy(search)))
        return trace_out_of_memory();
    self->searches[self->count++] = search;
    return EXIT_DONE;
}

static int open_mda(struct trace_run *run)
{
    const struct hosts *hosts = run->config->hosts;
    struct mda_view *self = run->state;

    self->searches = calloc(hosts->count, sizeof(struct mda *));
    if (!self->searches)
        return trace_out_of_memory();
    int result = EXIT_DONE;
    for (size_t i = 0; result == EXIT_DONE && i < hosts->count; i++)
        result = add_search(run, self, &hosts->list[i]);
    return result;
}

static void print_text(const struct trace_run *run, const struct mda *search, const struct host *host)
{
    const struct mda_config *config = mda_config(search);
    char address[ADDRESS_TEXT_SIZE];

    if (!mda_probes(search)) {
        printf("%s was not probed\n", host->name);
        return;
    }
    address_format(config->target_address, address);
    printf("ways to %s (%s), %u hops max, %u byte packets, %.4g %% confidence asked\n", host->name, address,
           config->max_ttl, config->size, 100 * config->confidence);
    mda_print_text(search, &run->style, stdout);
}

static void show_next(struct trace_run *run)
{
    struct mda_view *self = run->state;
    const struct mda *search = self->searches[self->shown];

    if (run->config->json)
        json_print_line(mda_json(search, &run->style), stdout);
    else
        print_text(run, search, &run->config->hosts->list[self->shown]);
    fflush(stdout);
    if (run->dot)
        mda_print_dot(search, &run->style, run->dot);
    self->shown++;
}

static bool is_done(struct mda *search)
{
    struct strategy *strategy = mda_strategy(search);

    return strategy->ops->done(strategy);
}

/* A search is shown when its names are known, too. finish() waits for late names. */
static uint64_t step(struct trace_run *run, uint64_t now_ns)
{
    struct mda_view *self = run->state;

    (void)now_ns;
    while (self->shown < self->count && is_done(self->searches[self->shown]) &&
           !mda_ask_names(self->searches[self->shown], &run->style))
        show_next(run);
    return UINT64_MAX;
}

static void wait_for_names(struct trace_run *run)
{
    struct mda_view *self = run->state;
    uint64_t end = clock_now_ns() + NAMES_PATIENCE_NS;
    bool open = true;

    for (uint64_t now; open && !run->signals.received && (now = clock_now_ns()) < end;) {
        open = false;
        for (size_t i = self->shown; i < self->count; i++)
            open |= mda_ask_names(self->searches[i], &run->style);
        if (open)
            trace_wait_for_names(run, now, end);
    }
}

static int close_dot(struct trace_run *run)
{
    FILE *dot = run->dot;

    run->dot = NULL;
    if (!dot || (ferror(dot) | fclose(dot)) == 0)
        return EXIT_DONE;
    log_error("trace: --dot: cannot write %s: %s", run->config->dot_path, strerror(errno));
    return EXIT_FAILED;
}

/* The output of an interrupted search states that it was interrupted. */
static int finish(struct trace_run *run)
{
    struct mda_view *self = run->state;

    wait_for_names(run);
    while (self->shown < self->count && !ferror(stdout))
        show_next(run);
    return close_dot(run);
}

static void close_mda(struct trace_run *run)
{
    struct mda_view *self = run->state;

    free(self->searches);
}

const struct trace_view trace_view_mda = {
    .searches = true,
    .state_size = sizeof(struct mda_view),
    .open = open_mda,
    .step = step,
    .finish = finish,
    .close = close_mda,
};
