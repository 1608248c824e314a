// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Finds the ways to each target, as far as flows distinguish them. Where all ways are wanted, it runs one search
 * per target (flow_search.h), as many at once as memory allows. Where only links are wanted, and not the targets
 * that they belong to, it uses the walks of adaptive.h, flow by flow, and nothing of this file.
 *
 *   order of targets --> begin, at a guess --> ready --> next() --> waiting
 *                                                ^                     |  reply(); all answered, or time is up
 *                                                +-- another batch <---+--> ended
 */
#include "strategy/multipath.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "mix.h"
#include "strategy/adaptive.h"

enum {
    /* Memory of a target under way, with its blocks. Where nothing branches it takes half of that. */
    BYTES_A_TARGET = 5000,
    BLOCKS_A_TARGET_MOST = FLOW_MATRIX_FLOWS / FLOW_BLOCK_ROWS + CELL_LIMIT / FLOW_BLOCK_NAMES,
    /* Probes of one target that leave together. */
    PROBES_A_TURN = 4,
    /* Neighbourhoods whose path lengths are remembered: /16s of IPv4, /32s of IPv6. Those with equal hashes
     * share an entry. */
    NEIGHBOURHOODS = 1 << 16,
    /* The guess at a path's end while nothing is known. */
    FIRST_GUESS = 16,
    /* Used where links are wanted. So many flows find nearly all that flows can show (docs/multipath.md). Where
     * flows find too little, no further ones follow. */
    LINKS_FLOWS = 24,
};

static void multipath_close(struct strategy *strategy)
{
    struct multipath *self = (struct multipath *)strategy;

    flow_contexts_free(&self->contexts);
    block_pool_free(&self->search.pool);
    free(self->recent_lengths);
    free(self->again);
    free(self);
}

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* All senders together must keep within the memory. */
static int allocate(struct multipath *self)
{
    uint64_t memory = self->options.memory / self->targets.slices;
    uint64_t room = smaller(memory / BYTES_A_TARGET + 1, self->targets.count + 1);
    uint64_t left =
        memory > room * sizeof(struct flow_context) ? memory - room * sizeof(struct flow_context) : 0;
    uint64_t blocks = smaller(left / FLOW_BLOCK_SIZE + BLOCKS_A_TARGET_MOST, room * BLOCKS_A_TARGET_MOST);
    int error = flow_contexts_init(&self->contexts, (uint32_t)room);

    if (!error)
        error = block_pool_init(&self->search.pool, FLOW_BLOCK_SIZE, (uint32_t)blocks);
    self->recent_lengths = calloc(NEIGHBOURHOODS, sizeof(*self->recent_lengths));
    return self->recent_lengths ? error : -ENOMEM;
}

static void prepare_search(struct multipath *self)
{
    const struct coverage *coverage = &self->options.coverage;
    bool as_diamond_miner = coverage->kind == COVERAGE_DIAMOND_MINER;
    struct flow_search *search = &self->search;

    flow_needs_init(&search->needs, as_diamond_miner ? NEEDS_LINKS : NEEDS_VERTEX, coverage->confidence,
                    self->config.flows < FLOW_MATRIX_FLOWS ? self->config.flows : FLOW_MATRIX_FLOWS);
    search->min_ttl = (uint8_t)self->config.min_ttl;
    search->max_ttl = (uint8_t)self->config.max_ttl;
    search->gap = (uint8_t)self->options.gap;
    search->all_ttls = as_diamond_miner;
    search->facts.secret = siphash_u64(self->config.key, self->config.slice);
}

/* Opens walks over targets and flows. */
static int open_links(struct strategy **out, const struct strategy_config *config,
                      const struct multipath_options *options)
{
    struct adaptive_options walks = *(const struct adaptive_options *)strategy_adaptive.defaults;
    struct strategy_config inner = *config;

    walks.by_flow = true;
    walks.epsilon = options->epsilon;
    walks.patience_ns = options->patience_ns;
    walks.gap = options->gap;
    inner.options = &walks;
    return strategy_adaptive.open(out, &inner);
}

static int open_searches(struct strategy **out, const struct strategy_config *config,
                         const struct multipath_options *options)
{
    struct multipath *self = calloc(1, sizeof(*self));
    struct strategy_config one_flow = *config;
    int error;

    if (!self)
        return -ENOMEM;
    one_flow.flows = 1;
    self->base.ops = &strategy_multipath;
    self->config = *config;
    self->options = *options;
    self->targets = slice_paths_of(&one_flow);
    slice_paths_order(&self->targets, config->key, &self->order);
    error = allocate(self);
    if (error) {
        multipath_close(&self->base);
        return error;
    }
    prepare_search(self);
    *out = &self->base;
    return 0;
}

static int multipath_open(struct strategy **out, const struct strategy_config *config)
{
    const struct multipath_options *options = config->options ? config->options : &multipath_defaults;

    return options->coverage.kind == COVERAGE_LINKS ? open_links(out, config, options)
                                                    : open_searches(out, config, options);
}

static unsigned multipath_usual_flows(const void *options)
{
    return ((const struct multipath_options *)options)->coverage.kind == COVERAGE_LINKS ? LINKS_FLOWS
                                                                                        : FLOW_MATRIX_FLOWS;
}

static uint8_t *recent_length(const struct multipath *self, uint64_t target)
{
    struct address address = slice_paths_address(&self->targets, target);
    uint64_t neighbourhood = address_is_ipv4(address) ? address_ipv4(address) >> 16 : address.high >> 32;

    return &self->recent_lengths[mix64(neighbourhood) % NEIGHBOURHOODS];
}

static unsigned guess(const struct multipath *self, uint64_t target)
{
    unsigned near = *recent_length(self, target);

    if (near)
        return near;
    return self->lengths_count ? (unsigned)(self->lengths / self->lengths_count) : FIRST_GUESS;
}

static bool is_left(const struct multipath *self)
{
    return self->again_count || self->position < self->targets.count;
}

/* Room for targets under way comes first. */
static bool may_begin(const struct multipath *self)
{
    const struct block_pool *pool = &self->search.pool;

    return is_left(self) && self->contexts.active < self->contexts.room &&
           block_pool_left(pool) >= BLOCKS_A_TARGET_MOST && block_pool_left(pool) > pool->room / 8;
}

static struct flow_context *begin(struct multipath *self)
{
    uint64_t target =
        self->again_count ? self->again[--self->again_count] : permutation_at(&self->order, self->position++);
    struct flow_context *context = flow_contexts_add(&self->contexts, target);

    flow_search_begin(&self->search, context, guess(self, target));
    return context;
}

static void end(struct multipath *self, struct flow_context *context)
{
    unsigned length = flow_search_length(context);

    self->ended[flow_search_end(context)]++;
    if (length) {
        *recent_length(self, context->target) = (uint8_t)length;
        self->lengths += length;
        self->lengths_count++;
    }
    flow_search_clear(&self->search, context);
    flow_contexts_end(&self->contexts, context);
}

static void settle(struct multipath *self, struct flow_context *context)
{
    if (flow_search_settle(&self->search, context))
        flow_contexts_move(&self->contexts, context, CONTEXT_READY);
    else
        end(self, context);
}

static bool is_overdue(const struct multipath *self, const struct flow_context *context, uint64_t now_ns)
{
    return context->sent_ns + self->options.patience_ns <= now_ns;
}

static void settle_overdue(struct multipath *self, uint64_t now_ns)
{
    struct flow_context *context;

    while ((context = flow_contexts_first(&self->contexts, CONTEXT_WAITING)) &&
           is_overdue(self, context, now_ns)) {
        if (context->kept) {
            context->sent_ns = now_ns;
            flow_contexts_move(&self->contexts, context, CONTEXT_WAITING);
        } else {
            settle(self, context);
        }
    }
}

/* Writes up to a turn's probes of one target. The target then waits for its next turn, or for answers. */
static size_t send(struct multipath *self, struct flow_context *context, uint64_t now_ns, struct probe *out,
                   size_t n)
{
    size_t most = n < PROBES_A_TURN ? n : PROBES_A_TURN, count = 0;
    uint64_t target = slice_paths_target(&self->targets, context->target);
    uint16_t flow;
    uint8_t ttl;

    for (; count < most && flow_search_next(&self->search, context, &flow, &ttl); count++)
        out[count] = (struct probe){
            .target_address = targets_flow_address(self->config.targets, target, flow),
            .flow = flow,
            .ttl = ttl,
        };
    context->sent_ns = now_ns;
    flow_contexts_move(&self->contexts, context, count < most ? CONTEXT_WAITING : CONTEXT_READY);
    return count;
}

static size_t multipath_next(struct strategy *strategy, uint64_t now_ns, struct probe *out, size_t n)
{
    struct multipath *self = (struct multipath *)strategy;
    size_t count = 0;

    settle_overdue(self, now_ns);
    while (count < n) {
        struct flow_context *context = flow_contexts_first(&self->contexts, CONTEXT_READY);

        if (!context && !may_begin(self))
            break;
        if (!context)
            context = begin(self);
        count += send(self, context, now_ns, out + count, n - count);
    }
    return count;
}

static uint64_t multipath_next_due(const struct strategy *strategy, uint64_t now_ns)
{
    const struct multipath *self = (const struct multipath *)strategy;
    const struct flow_context *waiting = flow_contexts_first(&self->contexts, CONTEXT_WAITING);

    if (flow_contexts_first(&self->contexts, CONTEXT_READY) || may_begin(self) || !waiting)
        return now_ns;
    return waiting->sent_ns + self->options.patience_ns;
}

static struct flow_context *find(const struct multipath *self, uint64_t target, unsigned flow)
{
    uint64_t number;

    return flow < self->search.needs.flows_most && slice_paths_find(&self->targets, target, 0, &number)
               ? flow_contexts_find(&self->contexts, number)
               : NULL;
}

/* Any host of the target counts as the target, for the ways to its hosts. */
static struct address vertex_of(const struct multipath *self, const struct answer *answer)
{
    return answer->from_target ? targets_address(self->config.targets, answer->target) : answer->responder;
}

static void multipath_reply(struct strategy *strategy, const struct answer *answer)
{
    struct multipath *self = (struct multipath *)strategy;
    struct flow_context *context = find(self, answer->target, answer->flow);
    const struct search_answer heard = {
        .flow = answer->flow,
        .ttl = answer->ttl,
        .is_end = answer_meaning(answer) != ANSWER_ON_THE_WAY,
        .distance = answer_distance(answer),
        .responder = vertex_of(self, answer),
    };

    if (!context || answer->flags & RECORD_REWRITTEN)
        return;
    flow_search_hear(&self->search, context, &heard);
    if (!context->awaited && !context->kept && context->place == CONTEXT_WAITING)
        settle(self, context);
}

static struct flow_context *find_probe(const struct multipath *self, const struct probe *probe)
{
    uint64_t target;

    return targets_find_flow(self->targets.targets, probe->target_address, probe->flow, &target)
               ? find(self, target, probe->flow)
               : NULL;
}

static void multipath_unsent(struct strategy *strategy, const struct probe *probe, enum unsent_why why)
{
    struct multipath *self = (struct multipath *)strategy;
    struct flow_context *context = find_probe(self, probe);

    if (!context)
        return;
    flow_search_unsent(&self->search, context, probe->flow, probe->ttl, why == UNSENT_LINK_DOWN);
    if (why == UNSENT_LINK_DOWN)
        flow_contexts_move(&self->contexts, context, CONTEXT_READY);
}

static void multipath_kept(struct strategy *strategy, const struct probe *probe)
{
    struct flow_context *context = find_probe((struct multipath *)strategy, probe);

    if (context)
        context->kept++;
}

/* From now on the probe waits for an answer. */
static void multipath_let_go(struct strategy *strategy, const struct probe *probe, uint64_t now_ns)
{
    struct multipath *self = (struct multipath *)strategy;
    struct flow_context *context = find_probe(self, probe);

    if (!context)
        return;
    if (context->kept)
        context->kept--;
    context->sent_ns = now_ns;
    if (context->place == CONTEXT_WAITING)
        flow_contexts_move(&self->contexts, context, CONTEXT_WAITING);
}

static size_t multipath_figures(const struct strategy *strategy, struct strategy_figure out[STRATEGY_FIGURES])
{
    static const struct strategy_figure figures[SEARCH_ENDS] = {
        [SEARCH_WHOLE] = {"targets_whole", "targets whole", 0},
        [SEARCH_OUT_OF_FLOWS] = {"targets_out_of_flows", "out of flows", 0},
        [SEARCH_BY_PACKET] = {"targets_by_packet", "with balanced packets", 0},
        [SEARCH_SILENT] = {"targets_silent", "silent", 0},
    };

    memcpy(out, figures, sizeof(figures));
    for (size_t i = 0; i < SEARCH_ENDS; i++)
        out[i].count = ((const struct multipath *)strategy)->ended[i];
    return SEARCH_ENDS;
}

static bool multipath_done(const struct strategy *strategy)
{
    const struct multipath *self = (const struct multipath *)strategy;

    return !is_left(self) && self->contexts.active == 0;
}

const struct strategy_ops strategy_multipath = {
    .name = "multipath",
    .help = "all ways that flows can take to each target",
    .walks = true,
    .flows_by = FLOWS_BY_HOST,
    .usual_flows = multipath_usual_flows,
    .options = multipath_option_specs,
    .options_size = sizeof(struct multipath_options),
    .defaults = &multipath_defaults,
    .open = multipath_open,
    .close = multipath_close,
    .next = multipath_next,
    .next_due = multipath_next_due,
    .reply = multipath_reply,
    .unsent = multipath_unsent,
    .kept = multipath_kept,
    .let_go = multipath_let_go,
    .figures = multipath_figures,
    .state_version = 1,
    .save = multipath_save,
    .load = multipath_load,
    .done = multipath_done,
};
