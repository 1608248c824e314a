// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/learner.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

enum walk_state {
    WALK_DUE,
    WALK_WAITING,
    WALK_OVER,
};

struct walk {
    struct learner_path path;
    enum walk_state state;
    uint8_t ttl; /* to ask, or asked */
    uint64_t deadline_ns;
};

struct learner {
    struct strategy base;
    struct strategy_config config;
    uint64_t count, over; /* walks, one per target of the slice, and those that have ended */
    struct walk *walks;
    unsigned faults;
    bool called;
    pthread_t caller;
};

static const struct option_spec specs[] = {
    {"patience", 0, "SECONDS", OPTION_FIELD(option_seconds, struct learner_options, patience_ns), .max = 60,
     .help = "for an answer, until the probe is sent again"},
    {0},
};

static const struct learner_options defaults = {.patience_ns = 1000000000};

static void note_call(struct learner *self)
{
    self->faults += self->called && !pthread_equal(self->caller, pthread_self());
    self->caller = pthread_self();
    self->called = true;
}

static int learner_open(struct strategy **out, const struct strategy_config *config)
{
    struct learner *self = calloc(1, sizeof(*self));
    uint64_t targets = targets_count(config->targets);

    if (!self)
        return -ENOMEM;
    self->base.ops = &strategy_learner;
    self->config = *config;
    self->count = targets > config->slice ? (targets - config->slice - 1) / config->slices + 1 : 0;
    self->walks = calloc(self->count + 1, sizeof(*self->walks));
    for (uint64_t i = 0; self->walks && i < self->count; i++)
        self->walks[i].ttl = (uint8_t)config->min_ttl;
    *out = &self->base;
    return self->walks ? 0 : -ENOMEM;
}

static void learner_close(struct strategy *strategy)
{
    free(((struct learner *)strategy)->walks);
    free(strategy);
}

static bool is_due(const struct walk *walk, uint64_t now_ns)
{
    return walk->state == WALK_DUE || (walk->state == WALK_WAITING && walk->deadline_ns <= now_ns);
}

static size_t learner_next(struct strategy *strategy, uint64_t now_ns, struct probe *out, size_t n)
{
    struct learner *self = (struct learner *)strategy;
    const struct learner_options *options = self->config.options;
    size_t chosen = 0;

    note_call(self);
    for (uint64_t i = 0; i < self->count && chosen < n; i++) {
        struct walk *walk = &self->walks[i];

        if (!is_due(walk, now_ns))
            continue;
        walk->state = WALK_WAITING;
        walk->deadline_ns = now_ns + options->patience_ns;
        out[chosen++] = (struct probe){
            .target_address =
                targets_address(self->config.targets, self->config.slice + i * self->config.slices),
            .ttl = walk->ttl,
        };
    }
    return chosen;
}

static uint64_t learner_next_due(const struct strategy *strategy, uint64_t now_ns)
{
    const struct learner *self = (const struct learner *)strategy;
    uint64_t due = UINT64_MAX;

    for (uint64_t i = 0; i < self->count; i++) {
        const struct walk *walk = &self->walks[i];
        uint64_t at = is_due(walk, now_ns) ? now_ns : walk->deadline_ns;

        if (walk->state != WALK_OVER && at < due)
            due = at;
    }
    return due;
}

static void end(struct learner *self, struct walk *walk)
{
    walk->state = WALK_OVER;
    self->over++;
}

static void learner_reply(struct strategy *strategy, const struct answer *answer)
{
    struct learner *self = (struct learner *)strategy;
    struct walk *walk = &self->walks[answer->target / self->config.slices];

    note_call(self);
    if (answer->target % self->config.slices != self->config.slice) {
        self->faults++;
        return;
    }
    if (walk->state != WALK_WAITING || answer->ttl != walk->ttl)
        return; /* a duplicate, or an answer to a probe that was sent again */
    walk->path.responders[walk->ttl] = answer->responder;
    walk->path.length = walk->ttl++;
    walk->state = WALK_DUE;
    if (answer->from_target || walk->ttl > self->config.max_ttl)
        end(self, walk);
}

static void learner_unsent(struct strategy *strategy, const struct probe *probe, enum unsent_why why)
{
    struct learner *self = (struct learner *)strategy;
    uint64_t target;

    note_call(self);
    if (!targets_find(self->config.targets, probe->target_address, &target))
        return;

    struct walk *walk = &self->walks[target / self->config.slices];
    walk->state = WALK_DUE;
    walk->path.blocked = why == UNSENT_BLOCKED;
    if (walk->path.blocked)
        end(self, walk);
}

static bool learner_done(const struct strategy *strategy)
{
    const struct learner *self = (const struct learner *)strategy;

    return self->over == self->count;
}

const struct strategy_ops strategy_learner = {
    .name = "learner",
    .help = "from hop to hop",
    .options = specs,
    .options_size = sizeof(struct learner_options),
    .defaults = &defaults,
    .open = learner_open,
    .close = learner_close,
    .next = learner_next,
    .next_due = learner_next_due,
    .reply = learner_reply,
    .unsent = learner_unsent,
    .done = learner_done,
};

const struct learner_path *learner_path(const struct strategy *strategy, uint64_t index)
{
    return &((const struct learner *)strategy)->walks[index].path;
}

unsigned learner_faults(const struct strategy *strategy)
{
    return ((const struct learner *)strategy)->faults;
}
