// SPDX-License-Identifier: GPL-2.0-or-later
/* Whose turn it is: the walk that sends the next probe. Near hops are spared. */
#include "strategy/adaptive.h"

enum {
    /* Near hops are on all paths, and limit their errors most. They get one probe in so many, as long as other probes
     * can be sent. */
    NEAR_TTL = 5,
    NEAR_SHARE = 10,
    NEAR_FIRST =
        1000, /* probes to them before the share holds: until then nothing is known, and each is asked once */
    NEAR_WAIT_MOST = 8192, /* if all hops are near, the whole survey would wait */
};

/* A probe to a near hop is counted when it is decided on, so that no more than NEAR_FIRST are on their way when the share
 * begins to hold. Probes that wait in WALK_NEAR are counted when they leave. */
void adaptive_note_near(struct adaptive *self, const struct walk *walk)
{
    self->near_sent += walk->ttl <= NEAR_TTL;
}

enum walk_place adaptive_place_of(struct adaptive *self, const struct walk *walk)
{
    bool spared = walk->ttl <= NEAR_TTL && self->near_sent >= NEAR_FIRST &&
                  self->walks.lists[WALK_NEAR].count < NEAR_WAIT_MOST;

    if (!spared)
        adaptive_note_near(self, walk);
    return spared ? WALK_NEAR : WALK_READY;
}

/* Returns true if a walk that waits for its turn with a near hop may go before all others. Its probe is decided on
 * already, and counts as sent. */
static bool is_near_due(const struct adaptive *self)
{
    uint64_t waits = self->walks.lists[WALK_NEAR].count;

    return waits && self->near_sent * NEAR_SHARE < self->knowledge.spending.sent - waits;
}

/* Returns true if such a walk may go because there are no others. While walks are still to begin there are others, even if
 * only few may begin at first, and all active ones wait for answers. */
static bool may_ask_near(const struct adaptive *self)
{
    return self->position == self->end && self->walks.lists[WALK_NEAR].count;
}

/* Returns a walk that is ready, after another hole was found. Near hops wait here, too, unless no other may be probed yet. */
static struct walk *choose_again(struct adaptive *self, uint64_t now_ns)
{
    struct walk *walk = adaptive_look_again(self, now_ns);

    if (walk)
        walk_table_move(&self->walks, walk, adaptive_place_of(self, walk));
    return walk_table_first(&self->walks, WALK_READY);
}

struct walk *adaptive_choose(struct adaptive *self, uint64_t now_ns)
{
    struct walk *ready = walk_table_first(&self->walks, WALK_READY);

    if (is_near_due(self))
        return walk_table_first(&self->walks, WALK_NEAR);
    if (ready)
        return ready;
    if (adaptive_may_begin(self))
        return adaptive_begin(self);
    if (adaptive_looks_again_at(self) <= now_ns)
        return choose_again(self, now_ns);
    return may_ask_near(self) ? walk_table_first(&self->walks, WALK_NEAR) : NULL;
}

bool adaptive_has_choice(const struct adaptive *self)
{
    return walk_table_first(&self->walks, WALK_READY) || is_near_due(self) || adaptive_may_begin(self) ||
           may_ask_near(self);
}
