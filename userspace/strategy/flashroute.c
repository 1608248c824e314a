// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * FlashRoute's rule (Huang, Rabinovich and Al-Dalky, "FlashRoute: Efficient Traceroute on a Massive Scale", IMC
 * 2020), for users who know it, and for comparison.
 *
 *   round 1   2   3          each round: one probe backward and one forward to every path that wants them
 *     split   split-1  …     backward, until TTL 1 or an interface that was met backward before
 *     split+1 split+2  …     forward, until `gap` TTLs after the last answer, or the target's
 *
 * With `preprobe`, a probe with the highest TTL goes to each path first. The TTL that its answer quotes shows
 * how far away the target is. Paths without such an answer begin at a neighbour's distance.
 *
 * The memory is eight bytes per path, and a set of the interfaces that were met.
 */
#include "strategy/flashroute.h"

#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/pages.h"
#include "target/permutation.h"

enum {
    /* Interfaces that can be told apart. Backward probing does not stop at further ones. */
    STOPS_LEAST = 1 << 16,
    STOPS_MOST = 1 << 23,
};

static const struct flashroute_options defaults = {.split = 16, .gap = 5, .span = 5, .round_ns = NS_PER_S};

#define FIELD(parser, name) OPTION_FIELD(parser, struct flashroute_options, name)

static const struct option_spec specs[] = {
    {"split", 0, "TTL", FIELD(option_number, split), .min = 1, .max = PROBE_MAX_TTL,
     .help = "TTL where both directions begin (default 16)"},
    {"gap", 0, "N", FIELD(option_number, gap), .min = 1, .max = PROBE_MAX_TTL,
     .help = "silent TTLs that end the way forward (default 5)"},
    {"preprobe", 0, NULL, FIELD(option_flag, preprobe),
     .help = "measure distances first, one probe per target"},
    {"span", 0, "N", FIELD(option_number, span), .max = 256,
     .help = "neighbours to predict from (default 5)"},
    {"round", 0, "TIME", FIELD(option_seconds, round_ns), .max = 3600,
     .help = "shortest time of a round (default 1)"},
    {0},
};

static unsigned within_ttls(const struct flashroute *self, unsigned ttl)
{
    if (ttl < self->config.min_ttl)
        return self->config.min_ttl;
    return ttl > self->config.max_ttl ? self->config.max_ttl : ttl;
}

static void split_at(const struct flashroute *self, struct flash_path *path, unsigned ttl)
{
    unsigned split = within_ttls(self, ttl);

    path->split = path->backward = (uint8_t)split;
    path->forward = (uint8_t)(split + 1);
    path->horizon = (uint8_t)within_ttls(self, split + self->options.gap);
}

static void flashroute_close(struct strategy *strategy)
{
    struct flashroute *self = (struct flashroute *)strategy;

    pages_unmap(self->paths, self->slice.count * sizeof(*self->paths));
    pages_unmap(self->order, self->slice.count * sizeof(*self->order));
    hop_nodes_free(&self->stops);
    free(self);
}

static uint32_t room_for_stops(uint64_t paths)
{
    return paths < STOPS_LEAST ? STOPS_LEAST : paths > STOPS_MOST ? STOPS_MOST : (uint32_t)paths;
}

static int allocate(struct flashroute *self)
{
    uint64_t secret = siphash_u64(self->config.key, self->config.slice);
    int error = hop_nodes_init(&self->stops, room_for_stops(self->slice.count), secret);

    self->paths = pages_map_untouched(self->slice.count * sizeof(*self->paths));
    self->order = pages_map_untouched(self->slice.count * sizeof(*self->order));
    return self->paths && self->order ? error : -ENOMEM;
}

static void prepare(struct flashroute *self)
{
    struct permutation order;

    slice_paths_order(&self->slice, self->config.key, &order);
    for (uint64_t i = 0; i < self->slice.count; i++) {
        self->order[i] = (uint32_t)permutation_at(&order, i);
        split_at(self, &self->paths[i], self->options.split);
    }
    self->left = self->slice.count;
    self->measures = self->options.preprobe;
}

static int flashroute_open(struct strategy **out, const struct strategy_config *config)
{
    struct flashroute *self = calloc(1, sizeof(*self));
    int error;

    if (!self)
        return -ENOMEM;
    self->base.ops = &strategy_flashroute;
    self->config = *config;
    self->options = config->options ? *(const struct flashroute_options *)config->options : defaults;
    self->slice = slice_paths_of(config);
    error = self->slice.count > UINT32_MAX ? -EOVERFLOW : self->slice.count ? allocate(self) : 0;
    if (error) {
        flashroute_close(&self->base);
        return error;
    }
    if (self->slice.count)
        prepare(self);
    *out = &self->base;
    return 0;
}

/* Forward probing does not go beyond a measured target, because there is nothing behind it. */
static bool is_measured(const struct flash_path *path)
{
    return path->horizon == 0;
}

/* Returns the nearest neighbour's distance; 0: none within reach was measured. */
static unsigned neighbours_distance(const struct flashroute *self, uint64_t path)
{
    for (uint64_t i = 1; i <= self->options.span; i++) {
        if (path >= i && is_measured(&self->paths[path - i]))
            return self->paths[path - i].split;
        if (path + i < self->slice.count && is_measured(&self->paths[path + i]))
            return self->paths[path + i].split;
    }
    return 0;
}

static void use_measurements(struct flashroute *self)
{
    for (uint64_t i = 0; i < self->slice.count; i++) {
        unsigned distance = is_measured(&self->paths[i]) ? 0 : neighbours_distance(self, i);

        if (distance)
            split_at(self, &self->paths[i], distance);
    }
    self->measures = false;
}

/* A round begins when the answers of the round before have come. Returns false until then, and after the last
 * round, in which no path had a probe to send. */
static bool begin_round(struct flashroute *self, uint64_t now_ns)
{
    if (!self->measures && self->kept == 0)
        self->left = self->place = 0;
    if (self->left == 0 || now_ns < self->round_began_ns + self->options.round_ns)
        return false;
    if (self->measures)
        use_measurements(self);
    else
        self->left = self->kept;
    self->kept = self->place = 0;
    self->round_began_ns = now_ns;
    return true;
}

static struct probe probe_to(const struct flashroute *self, uint64_t path, unsigned ttl)
{
    return (struct probe){
        .target_address = slice_paths_address(&self->slice, path),
        .flow = slice_paths_flow(&self->slice, path),
        .ttl = (uint8_t)ttl,
    };
}

/* Ends the path's part in this round. If it sent a probe, it is visited again in the next round. */
static void leave(struct flashroute *self, bool has_sent)
{
    if (has_sent && !self->measures)
        self->order[self->kept++] = self->order[self->place];
    self->place++;
    self->backward_next = false;
}

/* Writes the next probe of the visited path, and leaves the path after its last one. Returns false if it has
 * none. */
static bool visit(struct flashroute *self, struct probe *out)
{
    uint32_t number = self->order[self->place];
    struct flash_path *path = &self->paths[number];
    bool is_second = self->backward_next;

    if (self->measures) {
        *out = probe_to(self, number, self->config.max_ttl);
        leave(self, true);
        return true;
    }
    if (!is_second && path->forward <= path->horizon) {
        *out = probe_to(self, number, path->forward++);
        self->backward_next = true;
        return true;
    }
    bool sends = path->backward;
    if (sends) {
        *out = probe_to(self, number, path->backward);
        path->backward = path->backward > self->config.min_ttl ? path->backward - 1 : 0;
    }
    leave(self, is_second || sends);
    return sends;
}

static size_t flashroute_next(struct strategy *strategy, uint64_t now_ns, struct probe *out, size_t n)
{
    struct flashroute *self = (struct flashroute *)strategy;
    size_t count = 0;

    /* The clock restarts when the machine does. */
    if (!self->round_began_ns || (self->resumed && now_ns < self->round_began_ns))
        self->round_began_ns = now_ns;
    self->resumed = false;
    while (count < n && (self->place < self->left || begin_round(self, now_ns)))
        count += visit(self, out + count);
    return count;
}

static uint64_t flashroute_next_due(const struct strategy *strategy, uint64_t now_ns)
{
    const struct flashroute *self = (const struct flashroute *)strategy;

    return self->place < self->left ? now_ns : self->round_began_ns + self->options.round_ns;
}

/* Handles the answer to a preprobe: the target's distance follows from the quoted TTL (answer_distance()). */
static void measure(struct flashroute *self, struct flash_path *path, const struct answer *answer)
{
    if (answer_meaning(answer) == ANSWER_ON_THE_WAY)
        return;
    split_at(self, path, answer_distance(answer));
    path->horizon = 0;
}

static void meet_backward(struct flashroute *self, struct flash_path *path, struct address responder)
{
    bool is_new;

    if (hop_nodes_meet(&self->stops, responder, &is_new) && !is_new)
        path->backward = 0;
}

static void flashroute_reply(struct strategy *strategy, const struct answer *answer)
{
    struct flashroute *self = (struct flashroute *)strategy;
    uint64_t number;

    if (answer->flags & (RECORD_DUPLICATE | RECORD_REWRITTEN) ||
        !slice_paths_find(&self->slice, answer->target, answer->flow, &number))
        return;

    struct flash_path *path = &self->paths[number];
    if (answer->ttl == self->config.max_ttl && self->measures) {
        measure(self, path, answer);
    } else if (answer_meaning(answer) != ANSWER_ON_THE_WAY) {
        path->horizon = 0;
    } else {
        if (answer->ttl <= path->split)
            meet_backward(self, path, answer->responder);
        if (path->horizon && answer->ttl + self->options.gap > path->horizon)
            path->horizon = (uint8_t)within_ttls(self, answer->ttl + self->options.gap);
    }
}

static void flashroute_unsent(struct strategy *strategy, const struct probe *probe, enum unsent_why why)
{
    struct flashroute *self = (struct flashroute *)strategy;
    struct flash_path *path;
    uint64_t number;

    if (why == UNSENT_DROPPED || !slice_paths_find_probe(&self->slice, probe, &number))
        return;
    path = &self->paths[number];
    if (why != UNSENT_LINK_DOWN)
        path->backward = path->horizon = 0;
    else if (probe->ttl > path->split)
        path->forward = probe->ttl;
    else
        path->backward = probe->ttl;
}

static bool flashroute_done(const struct strategy *strategy)
{
    return ((const struct flashroute *)strategy)->left == 0;
}

const struct strategy_ops strategy_flashroute = {
    .name = "flashroute",
    .help = "from a TTL both ways, until silence or known hops",
    .options = specs,
    .options_size = sizeof(struct flashroute_options),
    .defaults = &defaults,
    .open = flashroute_open,
    .close = flashroute_close,
    .next = flashroute_next,
    .next_due = flashroute_next_due,
    .reply = flashroute_reply,
    .unsent = flashroute_unsent,
    .state_version = 1,
    .save = flashroute_save,
    .load = flashroute_load,
    .done = flashroute_done,
};
