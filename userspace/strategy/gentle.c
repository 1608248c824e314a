// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/gentle.h"

#include <errno.h>
#include <stdlib.h>

#include "base/counter.h"
#include "strategy/kept_probes.h"
#include "strategy/spacing.h"

enum {
    /* Probes that wait for their prefix, 2.5 MB per sender. Lower, and the sender slows down when a random
     * order visits one prefix twice within a short time. */
    KEPT_MOST = 1 << 16,
    /* Probes that wait for a near hop. They come in random order, so nearly always each TTL has one among
     * them: with 256 for five TTLs, 98 % of the time. */
    KEPT_NEAR_MOST = 256,
    /* Probes chosen at once, so that the cache misses of their words overlap. */
    CHOSEN_MOST = 64,
    /* Added to the version of an inner strategy's state, once per stream, so that a state with other bounds,
     * or without any, is not accepted. */
    GENTLE_STATE = 1000,
    NEAR = 0, /* if there are two streams */
    FAR = 1,
    STREAMS = 2,
};

struct stream {
    struct strategy *inner;
    struct kept_probes kept;
    uint64_t whole; /* number of probes in all, or STRATEGY_LEFT_UNKNOWN */
};

struct gentle {
    struct strategy base;
    struct strategy_ops ops; /* those of the inner strategy, with some replaced by functions of this file */
    struct spacing *spacing;
    spacing_word *part; /* this sender's part of `spacing` */
    struct stream streams[STREAMS];
    unsigned count;      /* number of streams */
    uint64_t held_since; /* 0: not held */
    counter_t kept, held_ns;
};

static struct gentle *self_of(struct strategy *strategy)
{
    return (struct gentle *)strategy;
}

static const struct gentle *read_only(const struct strategy *strategy)
{
    return (const struct gentle *)strategy;
}

static bool inner_has_more(const struct stream *stream)
{
    return !stream->inner->ops->done(stream->inner);
}

/* Returns true if the stream has room, and is not ahead of the other. */
static bool may_choose(const struct gentle *self, const struct stream *stream)
{
    const struct stream *far = &self->streams[FAR], *near = &self->streams[NEAR];

    if (stream->kept.count == stream->kept.room || !inner_has_more(stream))
        return false;
    return stream == far || self->count == 1 || !inner_has_more(far) ||
           (double)strategy_left(near->inner) * (double)far->whole >=
               (double)strategy_left(far->inner) * (double)near->whole;
}

static void keep(struct gentle *self, struct stream *stream, const struct probe *probe,
                 struct spacing_turn turn, uint64_t now_ns)
{
    kept_probes_add(&stream->kept, spacing_promise(self->spacing, turn, now_ns), probe);
}

/* Takes the kept probes whose turn has come. A probe that finds its turn taken, because the sender was late,
 * gets another turn. */
static size_t take_kept(struct gentle *self, struct stream *stream, uint64_t now_ns, struct probe *out,
                        size_t n)
{
    size_t count = 0;

    while (count < n && kept_probes_due(&stream->kept) <= now_ns) {
        struct probe probe = kept_probes_take(&stream->kept);
        struct spacing_turn turn = spacing_find(self->spacing, self->part, &probe);

        if (!spacing_take(self->spacing, turn, now_ns)) {
            keep(self, stream, &probe, turn, now_ns);
            continue;
        }
        strategy_let_go(stream->inner, &probe, now_ns);
        out[count++] = probe;
    }
    return count;
}

static void keep_chosen(struct gentle *self, struct stream *stream, const struct probe *probe,
                        struct spacing_turn turn, uint64_t now_ns)
{
    keep(self, stream, probe, turn, now_ns);
    counter_add(&self->kept, 1);
    strategy_kept(stream->inner, probe);
}

/* Chooses up to `n` probes. Keeps those that must wait, and leaves in `out` those that may leave now. */
static size_t choose(struct gentle *self, struct stream *stream, uint64_t now_ns, struct probe *out, size_t n)
{
    struct spacing_turn turns[CHOSEN_MOST];
    size_t room = stream->kept.room - stream->kept.count, count = 0;
    size_t most = room < CHOSEN_MOST ? room : CHOSEN_MOST;
    size_t chosen = stream->inner->ops->next(stream->inner, now_ns, out, n < most ? n : most);

    for (size_t i = 0; i < chosen; i++)
        turns[i] = spacing_find(self->spacing, self->part, &out[i]);
    for (size_t i = 0; i < chosen; i++)
        if (!spacing_take(self->spacing, turns[i], now_ns))
            keep_chosen(self, stream, &out[i], turns[i], now_ns);
        else if (count++ < i)
            out[count - 1] = out[i];
    return count;
}

static bool has_kept(const struct gentle *self)
{
    for (unsigned i = 0; i < self->count; i++)
        if (self->streams[i].kept.count)
            return true;
    return false;
}

/* A sender is held if it was asked for probes and had only probes that must wait. */
static void note_held(struct gentle *self, uint64_t now_ns, bool held)
{
    if (self->held_since)
        counter_add(&self->held_ns, now_ns - self->held_since);
    self->held_since = held ? now_ns : 0;
}

static size_t gentle_next(struct strategy *strategy, uint64_t now_ns, struct probe *out, size_t n)
{
    struct gentle *self = self_of(strategy);
    size_t count = 0;

    for (unsigned i = 0; i < self->count; i++)
        count += take_kept(self, &self->streams[i], now_ns, out + count, n - count);
    for (unsigned i = 0; i < self->count && count < n; i++)
        if (may_choose(self, &self->streams[i]))
            count += choose(self, &self->streams[i], now_ns, out + count, n - count);
    note_held(self, now_ns, count == 0 && n > 0 && has_kept(self));
    return count;
}

static uint64_t gentle_next_due(const struct strategy *strategy, uint64_t now_ns)
{
    const struct gentle *self = read_only(strategy);
    uint64_t first = UINT64_MAX;

    for (unsigned i = 0; i < self->count; i++) {
        const struct stream *stream = &self->streams[i];
        uint64_t kept = kept_probes_due(&stream->kept);
        uint64_t inner =
            may_choose(self, stream) ? stream->inner->ops->next_due(stream->inner, now_ns) : UINT64_MAX;

        first = kept < first ? kept : first;
        first = inner < first ? inner : first;
    }
    return first;
}

static bool gentle_done(const struct strategy *strategy)
{
    const struct gentle *self = read_only(strategy);

    for (unsigned i = 0; i < self->count; i++)
        if (inner_has_more(&self->streams[i]))
            return false;
    return !has_kept(self);
}

static uint64_t gentle_left(const struct strategy *strategy)
{
    const struct gentle *self = read_only(strategy);
    uint64_t left = 0;

    for (unsigned i = 0; i < self->count; i++)
        left += strategy_left(self->streams[i].inner) + self->streams[i].kept.count;
    return left;
}

static void gentle_reply(struct strategy *strategy, const struct answer *answer)
{
    struct strategy *inner = self_of(strategy)->streams[0].inner;

    inner->ops->reply(inner, answer);
}

static void gentle_prefetch(const struct strategy *strategy, const struct answer *answer,
                            enum prefetch_stage stage)
{
    const struct strategy *inner = read_only(strategy)->streams[0].inner;

    inner->ops->prefetch(inner, answer, stage);
}

static void gentle_unsent(struct strategy *strategy, const struct probe *probe, enum unsent_why why)
{
    strategy_unsent(self_of(strategy)->streams[0].inner, probe, why);
}

/* Probes that wait in the backend; a strategy that is told of them hears answers, so there is only one stream. */
static void gentle_kept(struct strategy *strategy, const struct probe *probe)
{
    strategy_kept(self_of(strategy)->streams[0].inner, probe);
}

static void gentle_let_go(struct strategy *strategy, const struct probe *probe, uint64_t now_ns)
{
    strategy_let_go(self_of(strategy)->streams[0].inner, probe, now_ns);
}

static size_t gentle_limited(const struct strategy *strategy, struct limited_hop *out, size_t n)
{
    return strategy_limited(read_only(strategy)->streams[0].inner, out, n);
}

/* A strategy with figures hears answers, so there is only one stream. */
static size_t gentle_figures(const struct strategy *strategy, struct strategy_figure out[STRATEGY_FIGURES])
{
    return strategy_figures(read_only(strategy)->streams[0].inner, out);
}

static void gentle_retry(struct strategy *strategy)
{
    strategy_retry(self_of(strategy)->streams[0].inner);
}

/* A strategy that is told which probes wait saves them itself. */
static bool saves_kept(const struct stream *stream)
{
    return !stream->inner->ops->kept;
}

static int gentle_save(const struct strategy *strategy, FILE *out)
{
    const struct gentle *self = read_only(strategy);
    int error = 0;

    for (unsigned i = 0; !error && i < self->count; i++)
        error = self->streams[i].inner->ops->save(self->streams[i].inner, out);
    for (unsigned i = 0; !error && i < self->count; i++)
        if (saves_kept(&self->streams[i]))
            error = kept_probes_save(&self->streams[i].kept, out);
    return error;
}

static int gentle_load(struct strategy *strategy, FILE *in)
{
    struct gentle *self = self_of(strategy);
    int error = 0;

    for (unsigned i = 0; !error && i < self->count; i++)
        error = self->streams[i].inner->ops->load(self->streams[i].inner, in);
    for (unsigned i = 0; !error && i < self->count; i++)
        if (saves_kept(&self->streams[i]))
            error = kept_probes_load(&self->streams[i].kept, in);
    return error;
}

static void gentle_close(struct strategy *strategy)
{
    struct gentle *self = self_of(strategy);

    for (unsigned i = 0; i < self->count; i++) {
        if (self->streams[i].inner)
            self->streams[i].inner->ops->close(self->streams[i].inner);
        kept_probes_close(&self->streams[i].kept);
    }
    free(self);
}

/* Functions that the inner strategy does not have must be NULL here, too. So must functions that this file
 * does not know, because they would be called with the wrong strategy. */
static struct strategy_ops ops_around(const struct strategy_ops *inner)
{
    return (struct strategy_ops){
        .name = inner->name,
        .help = inner->help,
        .close = gentle_close,
        .next = gentle_next,
        .next_due = gentle_next_due,
        .reply = inner->reply ? gentle_reply : NULL,
        .prefetch = inner->prefetch ? gentle_prefetch : NULL,
        .unsent = inner->unsent ? gentle_unsent : NULL,
        .kept = inner->kept ? gentle_kept : NULL,
        .let_go = inner->let_go ? gentle_let_go : NULL,
        .left = inner->left ? gentle_left : NULL,
        .limited = inner->limited ? gentle_limited : NULL,
        .figures = inner->figures ? gentle_figures : NULL,
        .state_version = inner->state_version,
        .save = inner->save ? gentle_save : NULL,
        .load = inner->load ? gentle_load : NULL,
        .retry = inner->retry ? gentle_retry : NULL,
        .done = gentle_done,
    };
}

static int add_stream(struct gentle *self, const struct strategy_ops *ops,
                      const struct strategy_config *config, unsigned min_ttl, unsigned max_ttl, size_t room)
{
    unsigned number = self->count++;
    struct stream *stream = &self->streams[number];
    struct strategy_config part = *config;
    int error = kept_probes_open(&stream->kept, room);

    part.min_ttl = min_ttl;
    part.max_ttl = max_ttl;
    part.own_targets |= self->spacing->parts > 1;
    part.first = config->first ? self_of(config->first)->streams[number].inner : NULL;
    if (!error)
        error = ops->open(&stream->inner, &part);
    if (!error)
        stream->whole = strategy_left(stream->inner);
    return error;
}

static bool is_parted(const struct gentle *self, const struct strategy_ops *ops,
                      const struct strategy_config *config)
{
    return self->spacing->near_apart && !ops->reply && ops->left && config->min_ttl <= SPACING_HOPS &&
           config->max_ttl > SPACING_HOPS;
}

int gentle_open(struct strategy **out, const struct strategy_ops *ops, const struct strategy_config *config,
                struct spacing *spacing)
{
    struct gentle *self = calloc(1, sizeof(*self));
    unsigned far = config->min_ttl;
    int error = 0;

    if (!self)
        return -ENOMEM;
    self->base.ops = &self->ops;
    self->spacing = spacing;
    self->part = spacing_part(spacing, config->slice);
    if (is_parted(self, ops, config)) {
        far = SPACING_HOPS + 1;
        error = add_stream(self, ops, config, config->min_ttl, SPACING_HOPS, KEPT_NEAR_MOST);
    }
    if (!error)
        error = add_stream(self, ops, config, far, config->max_ttl, KEPT_MOST);
    if (error) {
        gentle_close(&self->base);
        return error;
    }
    /* The inner strategy may be of another kind than `ops`: multipath opens walks where links are wanted. */
    self->ops = ops_around(self->streams[0].inner->ops);
    self->ops.state_version += GENTLE_STATE * self->count;
    *out = &self->base;
    return 0;
}

struct gentle_totals gentle_totals(const struct strategy *strategy)
{
    const struct gentle *self = read_only(strategy);

    return (struct gentle_totals){counter_read(&self->kept), counter_read(&self->held_ns)};
}
