// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A walk a path, which learns from all walks before it where paths end and what is known already: a few
 * probes a target instead of one a TTL. docs/strategies.md tells the rule and its figures.
 *
 *   order of paths --> begin, at a guess --+                +--> ready --> next() --> waiting
 *                                          v                |                            |
 *                                    walk_go_on() ----------+     reply(), or its time is up
 *                                          ^                                             |
 *                                          +---------------------------------------------+
 */
#include "strategy/adaptive.h"

#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/pages.h"

enum {
    /* Fewer paths than this are over before what they teach is paid back: then the rule is fixed. */
    LEARN_FROM = 3000,
    /* As far as a neighbour's distance is looked for, in places of the list to both sides. */
    NEIGHBOURS = 16,
    /* Where paths are guessed to end while nothing is known: in the middle of what is measured on the Internet. */
    FIRST_GUESS = 16,
    /* Paths that must have ended before their mean distance is a better guess. */
    MEAN_FROM = 20,
    /* Near hops are on all paths, and limit their errors hardest: they get this share of the probes, for as long as
     * others can be sent. */
    NEAR_TTL = 5,
    NEAR_SHARE = 10,
    NEAR_FIRST =
        1000, /* of them, before that counts: until then nothing is known, and they are asked once each */
    NEAR_WAIT_MOST = 8192, /* where all hops are near, it is the whole survey that would wait */
    /* How much later than a lost answer one who is limited is asked again, in times of patience. */
    LATER = 10,
    /* Where nothing is heard that arrived after a probe's time, answers may lie where a busy machine has not looked yet:
     * half as long again. More, and a survey of few targets, most of them silent, takes longer. */
    STALLED = 2,
    /* Walks at once at first. Fewer, and a list of millions is slow for many round-trip times, since their number
     * doubles with each walk; more, and that share of all walks goes by what nobody has learnt yet. */
    START_SHARE = 500,
    START_LEAST = 128,
    /* Walks at once: more wait for their turn. 2^21 are 2 million probes a second, given up after a second. */
    WALKS_MOST = 1 << 21,
    /* Networks are neighbours within a /16 of IPv4 and within a /32 of IPv6, the size of what is allocated to
     * one operator. */
    COMMON_IPV4 = 112,
    COMMON_IPV6 = 32,
};

static const struct adaptive_options defaults = {
    .epsilon = 0.08,
    .chance = 0.01,
    .patience_ns = 600 * NS_PER_MS,
    .gap = 3,
    .links = 2,
};

/* What a path of a fixed rule may cost on average, and one of the learnt rule. */
static const double FIXED_BUDGET = 10, LEARNT_BUDGET = 5;

#define FIELD(parser, name) OPTION_FIELD(parser, struct adaptive_options, name)

static const struct option_spec specs[] = {
    {"budget", 0, "N", FIELD(option_decimal, budget), .min = 1, .max = PROBE_MAX_TTL,
     .help = "probes per target (default 5, in small sets 10)"},
    {"epsilon", 0, "SHARE", FIELD(option_decimal, epsilon), .max = 1,
     .help = "lower finds more (default 0.08)"},
    {"chance", 0, "SHARE", FIELD(option_decimal, chance), .max = 1,
     .help = "higher adapts sooner (default 0.01)"},
    {"patience", 0, "TIME", FIELD(option_seconds, patience_ns), .max = 60,
     .help = "longer hears slow hops (default 0.6)"},
    {"start", 0, "N", FIELD(option_number, start), .help = "targets at once at first (1/500, 128 at least)"},
    {"gap", 0, "N", FIELD(option_number, gap), .min = 1, .max = PROBE_MAX_TTL,
     .help = "silent hops that end a path (default 3)"},
    {"links", 0, "N", FIELD(option_number, links), .min = 1, .max = PROBE_MAX_TTL,
     .help = "known links that end it (default 2)"},
    {0},
};

/* A learnt rule for many paths, a fixed one for few. */
static void choose_rule(struct adaptive *self, const struct adaptive_options *options)
{
    struct walk_knowledge *knowledge = &self->knowledge;
    bool learns = slice_paths_common_count(&self->paths) >= LEARN_FROM;
    double budget = options->budget > 0 ? options->budget : learns ? LEARNT_BUDGET : FIXED_BUDGET;

    knowledge->known_links = learns ? 0 : options->links;
    knowledge->gap = options->gap;
    knowledge->chance = options->chance;
    knowledge->random = self->paths.slice;
    knowledge->spending = (struct spending){.budget = budget, .walks = self->paths.count};
    if (self->owns_commons)
        self->commons->pool = (struct spending_pool){
            .budget = budget, .epsilon = options->epsilon, .walks = slice_paths_common_count(&self->paths)};
}

/* This sender's share of the walks at once at first. */
static uint64_t choose_start(const struct adaptive *self)
{
    uint64_t share = slice_paths_common_count(&self->paths) / START_SHARE;
    uint64_t start = self->options.start ? self->options.start : share > START_LEAST ? share : START_LEAST;

    return (start + self->paths.slices - 1) / self->paths.slices;
}

static int open_commons(struct adaptive *self, const struct strategy_config *config)
{
    self->owns_commons = !config->first;
    self->commons =
        config->first ? ((struct adaptive *)config->first)->commons : calloc(1, sizeof(*self->commons));
    self->knowledge.commons = self->commons;
    if (!self->commons)
        return -ENOMEM;
    return self->owns_commons ? walk_commons_init(self->commons, slice_paths_common_count(&self->paths),
                                                  siphash_u64(config->key, config->slice))
                              : 0;
}

static int allocate(struct adaptive *self, const struct strategy_config *config)
{
    uint64_t paths = self->paths.count;
    int error = paths > UINT32_MAX ? -EOVERFLOW : open_commons(self, config);

    if (!error)
        error = walk_table_init(&self->walks, paths,
                                paths < 1            ? 1
                                : paths < WALKS_MOST ? (uint32_t)paths
                                                     : WALKS_MOST);
    return error;
}

static void adaptive_close(struct strategy *strategy)
{
    struct adaptive *self = (struct adaptive *)strategy;

    walk_table_free(&self->walks);
    if (self->owns_commons && self->commons) {
        walk_commons_free(self->commons);
        free(self->commons);
    }
    free(self);
}

static int adaptive_open(struct strategy **out, const struct strategy_config *config)
{
    struct adaptive *self = calloc(1, sizeof(*self));

    if (!self)
        return -ENOMEM;
    self->base.ops = &strategy_adaptive;
    self->config = *config;
    self->options = config->options ? *(const struct adaptive_options *)config->options : defaults;
    self->paths = slice_paths_of(config);
    self->knowledge.min_ttl = config->min_ttl;
    self->knowledge.max_ttl = config->max_ttl;
    path_order_init(&self->order, &self->paths, config->key, self->options.by_flow);
    self->end = self->order.count;

    int error = allocate(self, config);
    if (error) {
        adaptive_close(&self->base);
        return error;
    }
    choose_rule(self, &self->options);
    self->start = choose_start(self);
    *out = &self->base;
    return 0;
}

static bool are_neighbours(struct address a, struct address b)
{
    unsigned bits = address_is_ipv4(a) ? COMMON_IPV4 : COMMON_IPV6;
    uint64_t low = bits > 64 ? (a.low ^ b.low) >> (128 - bits) : 0;

    return (bits > 64 ? a.high ^ b.high : (a.high ^ b.high) >> (64 - bits)) == 0 && low == 0;
}

static struct address address_of(const struct adaptive *self, uint64_t common)
{
    return targets_address(self->config.targets, common / self->paths.flows);
}

/* The distance of the nearest path to one side, whoever owns it, of which it is known; 0: none, or that is no
 * neighbour. Flow by flow, it is a first flow's. */
static unsigned neighbours_distance(const struct adaptive *self, uint64_t path, int direction)
{
    int step = self->options.by_flow ? (int)self->paths.flows : 1;

    for (int i = 1; i <= NEIGHBOURS; i++) {
        uint64_t other = path + (uint64_t)(direction * step * i);
        unsigned distance = other < self->commons->paths ? walk_commons_end(self->commons, other) : 0;

        if (distance)
            return are_neighbours(address_of(self, path), address_of(self, other)) ? distance : 0;
    }
    return 0;
}

static unsigned mean_distance(struct walk_commons *commons)
{
    uint64_t count = atomic_load_explicit(&commons->distance_count, memory_order_relaxed);
    uint64_t sum = atomic_load_explicit(&commons->distances, memory_order_relaxed);

    return count <= MEAN_FROM ? FIRST_GUESS : (unsigned)((sum + count / 2) / count);
}

/* Too far costs a silent probe or two, too near costs the hops behind: the farther neighbour, then. */
static unsigned guess(const struct adaptive *self, uint64_t path)
{
    uint64_t common = slice_paths_common(&self->paths, path);
    uint64_t first = self->options.by_flow ? common - common % self->paths.flows : common;
    unsigned own = first < common ? walk_commons_end(self->commons, first) : 0;

    if (own)
        return own;

    unsigned left = neighbours_distance(self, first, -1), right = neighbours_distance(self, first, 1);

    if (left || right)
        return left > right ? left : right;
    return mean_distance(self->commons);
}

/* Few walks at once while nothing is known: what is learnt from them is what the next ones go by. Those that are put
 * off learn nothing meanwhile. */
static bool may_begin(const struct adaptive *self)
{
    uint64_t put_off = self->walks.lists[WALK_LATER].count + self->walks.lists[WALK_NEAR].count;
    uint64_t most = self->knowledge.spending.ended;

    return self->position < self->end && self->walks.active < self->walks.room &&
           self->walks.active - put_off < (most > self->start ? most : self->start);
}

/* Before another flow of all targets begins. What is still under way counts for it. */
static void consider_flow(struct adaptive *self)
{
    struct flow_yield *yield = &self->yield;
    const struct spending *spending = &self->knowledge.spending;
    double all = spending->sent ? (double)spending->found / (double)spending->sent : 0;

    yield->last_sent = spending->sent - yield->sent;
    yield->last_found = spending->found - yield->found;
    yield->sent = spending->sent;
    yield->found = spending->found;
    if ((double)yield->last_found < self->options.epsilon * all * (double)yield->last_sent)
        self->end = self->position;
}

/* Chosen a group at a time, so that the cache misses of their words and targets overlap. */
static void choose_group(struct adaptive *self)
{
    self->group_place = 0;
    self->group_count = path_order_range(&self->order, self->position, self->group,
                                         ADAPTIVE_LOOKAHEAD - (size_t)(self->position % ADAPTIVE_LOOKAHEAD));
    for (size_t i = 0; i < self->group_count; i++) {
        walk_table_prefetch(&self->walks, self->group[i]);
        walk_commons_prefetch(self->commons, slice_paths_common(&self->paths, self->group[i]));
        targets_prefetch(self->config.targets, slice_paths_target(&self->paths, self->group[i]));
    }
}

static uint64_t next_path(struct adaptive *self)
{
    if (self->group_place == self->group_count)
        choose_group(self);
    self->position++;

    uint64_t path = self->group[self->group_place++];
    if (path_order_begins_flow(&self->order, self->position))
        consider_flow(self);
    return path;
}

/* Counted when it is decided, and not when it is sent: what is decided until then must fit as well. */
static void spend(struct adaptive *self)
{
    if (spending_count(&self->knowledge.spending))
        walk_commons_share(self->commons, &self->knowledge.sums, &self->knowledge.spending);
}

static struct walk *begin(struct adaptive *self)
{
    uint64_t path = next_path(self);
    struct walk *walk = walk_table_add(&self->walks, path);

    walk_begin(&self->knowledge, walk, (uint32_t)path, guess(self, path));
    self->knowledge.spending.begun++;
    spend(self);
    return walk;
}

/* From when on its distance can help its neighbours. */
static void note_end(struct adaptive *self, const struct walk *walk)
{
    walk_commons_note_end(self->commons, slice_paths_common(&self->paths, walk->path), walk->distance);
}

static void end(struct adaptive *self, struct walk *walk)
{
    note_end(self, walk);
    walk_table_end(&self->walks, walk);
    self->knowledge.spending.ended++;
}

/* Counted when it is decided, so that no more than these are under way once that counts; those that wait, when they leave. */
static void note_near(struct adaptive *self, const struct walk *walk)
{
    self->near_sent += walk->ttl <= NEAR_TTL;
}

static enum walk_place place_of(struct adaptive *self, const struct walk *walk)
{
    bool spared = walk->ttl <= NEAR_TTL && self->near_sent >= NEAR_FIRST &&
                  self->walks.lists[WALK_NEAR].count < NEAR_WAIT_MOST;

    if (!spared)
        note_near(self, walk);
    return spared ? WALK_NEAR : WALK_READY;
}

static void go_on(struct adaptive *self, struct walk *walk, const struct walk_event *event)
{
    enum walk_phase phase = (enum walk_phase)walk->phase;
    bool deferred = walk->deferred;

    if (!walk_go_on(&self->knowledge, walk, event) || !spending_allows(&self->knowledge.spending)) {
        end(self, walk);
        return;
    }
    if (phase != WALK_BACKWARD && walk->phase == WALK_BACKWARD)
        note_end(self, walk);
    if (walk->deferred && !deferred) {
        note_near(self, walk);
        walk_table_move(&self->walks, walk, WALK_LATER);
    } else {
        walk_table_move(&self->walks, walk, place_of(self, walk));
    }
    spend(self);
}

/* Its own answer would have been heard before one that arrived later. */
static uint64_t given_up_at(const struct adaptive *self, const struct walk *walk)
{
    uint64_t due = walk->sent_ns + self->options.patience_ns;

    return due <= self->heard_ns ? due : due + self->options.patience_ns / STALLED;
}

static void give_up_overdue(struct adaptive *self, uint64_t now_ns)
{
    static const struct walk_event silence = {.kind = WALK_SILENCE};
    struct walk *walk;

    while ((walk = walk_table_first(&self->walks, WALK_WAITING)) && given_up_at(self, walk) <= now_ns)
        go_on(self, walk, &silence);
}

static struct probe send(struct adaptive *self, struct walk *walk, uint64_t now_ns)
{
    walk->sent_ns = now_ns;
    if (walk->place != WALK_READY)
        note_near(self, walk);
    walk_table_move(&self->walks, walk, WALK_WAITING);
    return (struct probe){
        .target_address = slice_paths_address(&self->paths, walk->path),
        .flow = slice_paths_flow(&self->paths, walk->path),
        .ttl = walk->ttl,
    };
}

static void adaptive_retry(struct strategy *strategy)
{
    struct adaptive *self = (struct adaptive *)strategy;
    struct walk *walk;

    while ((walk = walk_table_first(&self->walks, WALK_WAITING)) ||
           (walk = walk_table_first(&self->walks, WALK_LATER)))
        walk_table_move(&self->walks, walk, WALK_READY);
}

/* Where time has passed since the state was saved, answers went by unheard. */
static void take_up(struct adaptive *self, uint64_t now_ns)
{
    self->resumed = false;
    self->heard_ns = now_ns < self->last_ns ? 0 : self->heard_ns; /* by another clock */
    if (now_ns < self->last_ns || now_ns - self->last_ns >= self->options.patience_ns)
        adaptive_retry(&self->base);
}

/* What was put off is asked again. */
static void take_up_later(struct adaptive *self, uint64_t now_ns)
{
    struct walk *walk;

    while ((walk = walk_table_first(&self->walks, WALK_LATER)) &&
           walk->sent_ns + LATER * self->options.patience_ns <= now_ns)
        walk_table_move(&self->walks, walk, WALK_READY);
}

/* Whether a walk that waits for its turn with a near hop may go before all others. Its probe is decided on already, and
 * counts as sent. */
static bool is_near_due(const struct adaptive *self)
{
    uint64_t waits = self->walks.lists[WALK_NEAR].count;

    return waits && self->near_sent * NEAR_SHARE < self->knowledge.spending.sent - waits;
}

/* Or may go for want of others. While some are to begin there are others, though few may at first, and all of these
 * may wait for answers. */
static bool may_ask_near(const struct adaptive *self)
{
    return self->position == self->end && self->walks.lists[WALK_NEAR].count;
}

/* The walk whose probe is next: near hops in their share, what is under way, one that begins, and near hops where
 * nothing else is to come. NULL: none. */
static struct walk *choose(struct adaptive *self)
{
    struct walk *ready = walk_table_first(&self->walks, WALK_READY);

    if (is_near_due(self))
        return walk_table_first(&self->walks, WALK_NEAR);
    if (ready)
        return ready;
    if (may_begin(self))
        return begin(self);
    return may_ask_near(self) ? walk_table_first(&self->walks, WALK_NEAR) : NULL;
}

static size_t adaptive_next(struct strategy *strategy, uint64_t now_ns, struct probe *out, size_t n)
{
    struct adaptive *self = (struct adaptive *)strategy;
    size_t count = 0;

    if (self->resumed)
        take_up(self, now_ns);
    self->last_ns = now_ns;
    give_up_overdue(self, now_ns);
    take_up_later(self, now_ns);
    while (count < n) {
        struct walk *walk = choose(self);

        if (!walk)
            break;
        out[count++] = send(self, walk, now_ns);
    }
    return count;
}

static uint64_t adaptive_next_due(const struct strategy *strategy, uint64_t now_ns)
{
    const struct adaptive *self = (const struct adaptive *)strategy;
    const struct walk *waiting = walk_table_first(&self->walks, WALK_WAITING);
    const struct walk *later = walk_table_first(&self->walks, WALK_LATER);
    uint64_t patience = self->options.patience_ns, due = UINT64_MAX;

    if (walk_table_first(&self->walks, WALK_READY) || is_near_due(self) || may_begin(self) ||
        may_ask_near(self))
        return now_ns;
    if (waiting)
        due = given_up_at(self, waiting);
    if (later && later->sent_ns + LATER * patience < due)
        due = later->sent_ns + LATER * patience;
    return due == UINT64_MAX && !walk_table_first(&self->walks, WALK_KEPT) ? now_ns : due;
}

/* The walk of a path, if its present probe has that TTL and stands in that list; NULL: none. */
static struct walk *find_walk(const struct adaptive *self, uint64_t path, unsigned ttl, enum walk_place place)
{
    struct walk *walk = walk_table_find(&self->walks, path);

    return walk && walk->place == place && walk->ttl == ttl ? walk : NULL;
}

static void prefetch_link(const struct adaptive *self, uint64_t path, const struct answer *answer)
{
    const struct walk *walk = find_walk(self, path, answer->ttl, WALK_WAITING);

    if (walk)
        walk_prefetch(&self->knowledge, walk,
                      hop_nodes_prefetch_entry(&self->commons->nodes, answer->responder));
}

/* First the heads by which a path's walk and an interface's node are found, then these, then the link between them. */
static void adaptive_prefetch(const struct strategy *strategy, const struct answer *answer,
                              enum prefetch_stage stage)
{
    const struct adaptive *self = (const struct adaptive *)strategy;
    uint64_t path;

    if (!slice_paths_find(&self->paths, answer->target, answer->flow, &path))
        return;
    switch (stage) {
    case PREFETCH_FIRST:
        walk_table_prefetch(&self->walks, path);
        hop_nodes_prefetch(&self->commons->nodes, answer->responder);
        break;
    case PREFETCH_SECOND:
        walk_table_prefetch_walk(&self->walks, path);
        (void)hop_nodes_prefetch_entry(&self->commons->nodes, answer->responder);
        break;
    case PREFETCH_LAST:
        prefetch_link(self, path, answer);
        break;
    case PREFETCH_STAGES:
        break;
    }
}

static void adaptive_reply(struct strategy *strategy, const struct answer *answer)
{
    struct adaptive *self = (struct adaptive *)strategy;
    bool on_the_way = answer_meaning(answer) == ANSWER_ON_THE_WAY;
    const struct walk_event event = {on_the_way ? WALK_HOP : WALK_END, answer_distance(answer),
                                     answer->responder};
    struct walk *walk;
    uint64_t path;

    if (answer->arrived_ns > self->heard_ns)
        self->heard_ns = answer->arrived_ns;
    if (answer->flags & RECORD_REWRITTEN ||
        !slice_paths_find(&self->paths, answer->target, answer->flow, &path))
        return;
    walk = find_walk(self, path, answer->ttl, WALK_WAITING);
    /* A survey that goes on has recorded some of the answers to what it asks again. */
    if (walk)
        go_on(self, walk, &event);
    else if (on_the_way && !(answer->flags & RECORD_DUPLICATE))
        walk_hear(&self->knowledge, answer->responder);
}

static struct walk *find_walk_of(const struct adaptive *self, const struct probe *probe,
                                 enum walk_place place)
{
    uint64_t path;

    return slice_paths_find_probe(&self->paths, probe, &path) ? find_walk(self, path, probe->ttl, place)
                                                              : NULL;
}

/* A device that drops a probe twice is not asked a third time: that is a silent hop. */
static void adaptive_unsent(struct strategy *strategy, const struct probe *probe, enum unsent_why why)
{
    struct adaptive *self = (struct adaptive *)strategy;
    struct walk *walk = find_walk_of(self, probe, WALK_WAITING);

    if (!walk)
        return;
    switch (why) {
    case UNSENT_BLOCKED:
    case UNSENT_NO_WAY:
        end(self, walk);
        break;
    case UNSENT_DROPPED:
        if (!walk->again)
            walk_table_move(&self->walks, walk, WALK_READY);
        walk->again = true;
        break;
    case UNSENT_LINK_DOWN:
        walk_table_move(&self->walks, walk, WALK_READY);
        break;
    }
}

static void adaptive_kept(struct strategy *strategy, const struct probe *probe)
{
    struct adaptive *self = (struct adaptive *)strategy;
    struct walk *walk = find_walk_of(self, probe, WALK_WAITING);

    if (walk)
        walk_table_move(&self->walks, walk, WALK_KEPT);
}

/* From now on it waits for an answer. */
static void adaptive_let_go(struct strategy *strategy, const struct probe *probe, uint64_t now_ns)
{
    struct adaptive *self = (struct adaptive *)strategy;
    struct walk *walk = find_walk_of(self, probe, WALK_KEPT);

    if (!walk)
        return;
    walk->sent_ns = now_ns;
    walk_table_move(&self->walks, walk, WALK_WAITING);
}

static size_t adaptive_limited(const struct strategy *strategy, struct limited_hop *out, size_t n)
{
    return limited_hops_worst(&((const struct adaptive *)strategy)->commons->limited, out, n);
}

static size_t adaptive_figures(const struct strategy *strategy, struct strategy_figure out[STRATEGY_FIGURES])
{
    const struct adaptive *self = (const struct adaptive *)strategy;

    if (!self->options.by_flow)
        return 0;
    out[0] = (struct strategy_figure){"paths_asked", "paths asked", self->position};
    out[1] = (struct strategy_figure){"paths_left_out", "left out", self->paths.count - self->position};
    out[2] = (struct strategy_figure){"last_flow_probes", "probes for the last flow that was over",
                                      self->yield.last_sent};
    out[3] = (struct strategy_figure){"last_flow_found", "discoveries by them", self->yield.last_found};
    return 4;
}

static bool adaptive_done(const struct strategy *strategy)
{
    const struct adaptive *self = (const struct adaptive *)strategy;

    return self->position == self->end && self->walks.active == 0;
}

const struct strategy_ops strategy_adaptive = {
    .name = "adaptive",
    .help = "from where paths end backward, as far as that pays",
    .options = specs,
    .options_size = sizeof(struct adaptive_options),
    .defaults = &defaults,
    .open = adaptive_open,
    .close = adaptive_close,
    .next = adaptive_next,
    .next_due = adaptive_next_due,
    .reply = adaptive_reply,
    .prefetch = adaptive_prefetch,
    .unsent = adaptive_unsent,
    .kept = adaptive_kept,
    .let_go = adaptive_let_go,
    .walks = true,
    .limited = adaptive_limited,
    .figures = adaptive_figures,
    .state_version = 9,
    .save = adaptive_save,
    .load = adaptive_load,
    .retry = adaptive_retry,
    .done = adaptive_done,
};
