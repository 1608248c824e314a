// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Holes in what was found: silent hops before an interface before which no hop has answered on any path, and before a
 * target that answers. Some are silent for good; others had used up their errors, or the answer was lost. When all walks
 * have begun, all holes are probed again, in rounds, as long as that pays.
 *
 * Nothing is stored for that: the node of an interface has a witness where no hop before it is known, and the byte
 * of a path's end has a bit.
 */
#include "base/clock.h"
#include "strategy/adaptive.h"

enum {
    /* Nodes or paths that are looked through at once for the next hole. Higher, and a probe may wait; lower, and calls
     * find nothing. A few microseconds. */
    LOOKED_THROUGH = 1024,
    /* A hole's router gets this much time before the next round, in multiples of patience. */
    PAUSE = 3,
    /* Up to this TTL one router may be the hole of a hundredth of all paths with holes, and many send ten to a hundred
     * errors per second. So these holes are probed at a pace, for which the others behind them in the order wait, too.
     * Lower, and the end of a survey of millions takes longer. Higher, and these routers are asked faster than they
     * answer. */
    PACED_TTL = 8,
    PACED_PER_S = 10000,
    CATCH_UP_MS = 10, /* how far the pace may lag behind */
};

void adaptive_note_witness(struct adaptive *self, const struct walk *walk)
{
    if (walk->phase == WALK_BACKWARD && walk->near && !walk->silent_near)
        hop_nodes_set_witness(&self->commons->nodes, walk->near, slice_paths_common(&self->paths, walk->path),
                              walk->ttl + 1U);
}

static bool pays(const struct adaptive *self, uint32_t node, unsigned ttl)
{
    return walk_value_pays_again(&self->commons->value, node ? VALUE_BEFORE_LONE : VALUE_BEFORE_END, ttl);
}

/* Each sender has its part of the pace. */
static void keep_pace(struct adaptive *self)
{
    struct adaptive_holes *holes = &self->holes;

    if (holes->next_ns + CATCH_UP_MS * NS_PER_MS < self->last_ns)
        holes->next_ns = self->last_ns - CATCH_UP_MS * NS_PER_MS;
    holes->next_ns += NS_PER_S / PACED_PER_S * self->paths.slices;
}

uint64_t adaptive_looks_again_at(const struct adaptive *self)
{
    const struct adaptive_holes *holes = &self->holes;
    bool may = self->position == self->end && holes->rounds < ADAPTIVE_ROUNDS &&
               2 * holes->open < 2 * self->start + holes->asked && self->walks.active < self->walks.room;

    return may ? holes->next_ns : UINT64_MAX;
}

/* Ends a round. The next one begins later; there is none if this one has found no holes that pay. */
static void end_round(struct adaptive *self, uint64_t now_ns)
{
    struct adaptive_holes *holes = &self->holes;

    *holes = (struct adaptive_holes){
        .rounds = holes->asked ? holes->rounds + 1 : ADAPTIVE_ROUNDS,
        .open = holes->open,
        .next_ns = now_ns + PAUSE * self->options.patience_ns,
    };
}

/* Begins a walk at a hole, unless one is under way on that path. Returns NULL then, where the TTL is out of range, or where
 * it does not pay. */
static struct walk *begin(struct adaptive *self, uint64_t path, uint32_t node, unsigned at)
{
    uint64_t common = slice_paths_common(&self->paths, path);
    struct walk *walk;

    if (at <= self->knowledge.min_ttl || at > self->knowledge.max_ttl + 1 || !pays(self, node, at - 1) ||
        walk_table_find(&self->walks, path))
        return NULL;
    walk = walk_table_add(&self->walks, path);
    walk_look_again(&self->knowledge, walk, (uint32_t)path, node, at);
    walk->distance = (uint8_t)walk_commons_end(self->commons, common);
    walk->reached = walk_commons_has_hole(self->commons, common);
    walk->gap = walk->reached;
    self->holes.open++;
    self->holes.asked++;
    if (at - 1 <= PACED_TTL)
        keep_pace(self);
    adaptive_spend(self);
    return walk;
}

static struct walk *begin_at_node(struct adaptive *self, uint32_t node)
{
    unsigned flows = self->paths.flows;
    uint64_t common, path;

    if (!hop_nodes_witness(&self->commons->nodes, node, &common) ||
        !slice_paths_find(&self->paths, common / flows, (unsigned)(common % flows), &path))
        return NULL;
    return begin(self, path, node, hop_nodes_look(&self->commons->nodes, node).ttl);
}

static struct walk *begin_at_path(struct adaptive *self, uint64_t path)
{
    uint64_t common = slice_paths_common(&self->paths, path);

    if (!walk_commons_has_hole(self->commons, common))
        return NULL;
    return begin(self, path, 0, walk_commons_end(self->commons, common));
}

static struct walk *look_through_nodes(struct adaptive *self, unsigned *left)
{
    struct adaptive_holes *holes = &self->holes;
    uint32_t count = hop_nodes_count(&self->commons->nodes);
    struct walk *walk = NULL;

    while (!walk && *left && holes->node < count) {
        --*left;
        walk = begin_at_node(self, ++holes->node);
    }
    return walk;
}

static struct walk *look_through_paths(struct adaptive *self, unsigned *left)
{
    struct adaptive_holes *holes = &self->holes;
    struct walk *walk = NULL;

    while (!walk && *left && holes->path < self->paths.count) {
        --*left;
        walk = begin_at_path(self, holes->path++);
    }
    return walk;
}

struct walk *adaptive_look_again(struct adaptive *self, uint64_t now_ns)
{
    unsigned left = LOOKED_THROUGH;
    struct walk *walk;

    if (!spending_allows(&self->knowledge.spending)) {
        self->holes.rounds = ADAPTIVE_ROUNDS;
        return NULL;
    }
    walk = look_through_nodes(self, &left);
    if (!walk && left)
        walk = look_through_paths(self, &left);
    if (!walk && left)
        end_round(self, now_ns);
    return walk;
}
