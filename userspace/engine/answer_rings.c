// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/answer_rings.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    /* For all rings together: a quarter of a second of answers at 1 M/s. Senders with nothing to send sleep
     * for a millisecond, and lose their CPU for about ten at worst. 16 MB. */
    ALL_ANSWERS = 1 << 18,
    MOST_ANSWERS = ALL_ANSWERS / 4, /* per ring */
    /* Minimum per ring: several batches of replies for one sender. */
    FEWEST_ANSWERS = 256,
    /* Per ring and step. A step sends SENDER_BATCH probes, which get at most four answers each. */
    ANSWERS_AT_ONCE = 1024,
    /* Answers between one prefetch stage of a strategy and the next, and between the last stage and the
     * answer itself: memory takes 100 ns, an answer about 30 ns once all of it is in the cache. */
    STAGE_AHEAD = 4,
};

static struct spsc_ring *ring_at(const struct answer_rings *rings, unsigned receiver, unsigned sender)
{
    return &rings->rings[(size_t)receiver * rings->senders + sender];
}

static void *allocate(unsigned count, size_t size)
{
    void *memory = aligned_alloc(CACHE_LINE, count * size);

    return memory ? memset(memory, 0, count * size) : NULL;
}

int answer_rings_open(struct answer_rings *rings, unsigned receivers, unsigned senders, uint64_t capacity)
{
    int error = 0;

    *rings = (struct answer_rings){
        .receivers = receivers,
        .senders = senders,
        .rings = allocate(receivers * senders, sizeof(*rings->rings)),
        .rows = allocate(receivers, sizeof(*rings->rows)),
        .columns = allocate(senders, sizeof(*rings->columns)),
    };
    if (!rings->rings || !rings->rows || !rings->columns)
        return -ENOMEM;
    for (unsigned i = 0; !error && i < receivers * senders; i++)
        error = spsc_ring_init(&rings->rings[i], capacity, sizeof(struct answer));
    return error;
}

void answer_rings_close(struct answer_rings *rings)
{
    for (unsigned i = 0; rings->rings && i < rings->receivers * rings->senders; i++)
        if (rings->rings[i].elements)
            spsc_ring_destroy(&rings->rings[i]);
    free(rings->rings);
    free(rings->rows);
    free(rings->columns);
    *rings = (struct answer_rings){0};
}

uint64_t answer_rings_capacity(unsigned receivers, unsigned senders)
{
    uint64_t capacity = MOST_ANSWERS;

    while (capacity > FEWEST_ANSWERS && capacity * receivers * senders > ALL_ANSWERS)
        capacity /= 2;
    return capacity;
}

void answer_rings_push(struct answer_rings *rings, unsigned receiver, const struct answer *answer)
{
    unsigned owner = rings->senders == 1 ? 0 : (unsigned)(answer->target % rings->senders);
    struct answer_counters *row = &rings->rows[receiver];
    struct spsc_ring *ring = ring_at(rings, receiver, owner);
    bool closed = atomic_load_explicit(&rings->columns[owner].closed, memory_order_relaxed);
    struct answer *slot = closed ? NULL : spsc_ring_reserve(ring);

    counter_add(&row->answers, 1);
    if (!slot) {
        counter_add(closed ? &row->after_end : &row->full, 1);
        return;
    }
    *slot = *answer;
    slot->record = NULL; /* valid only during answer_rings_push() */
    spsc_ring_publish(ring);
}

static void prefetch(const struct spsc_ring *ring, const struct strategy *strategy, uint64_t place,
                     enum prefetch_stage stage)
{
    const struct answer *answer = spsc_ring_peek_ahead(ring, place);

    if (answer)
        strategy->ops->prefetch(strategy, answer, stage);
}

/* How many answers ahead of the current one a stage works. */
static uint64_t places_ahead(unsigned stage)
{
    return (uint64_t)(PREFETCH_STAGES - stage) * STAGE_AHEAD;
}

/* Runs every stage for the first answers. */
static void prefetch_first(struct spsc_ring *ring, const struct strategy *strategy)
{
    if (!spsc_ring_peek(ring))
        return;
    for (unsigned stage = 0; stage < PREFETCH_STAGES; stage++)
        for (uint64_t place = 0; place < places_ahead(stage); place++)
            prefetch(ring, strategy, place, (enum prefetch_stage)stage);
}

/* Runs every stage for one more answer. */
static void prefetch_next(const struct spsc_ring *ring, const struct strategy *strategy)
{
    for (unsigned stage = 0; stage < PREFETCH_STAGES; stage++)
        prefetch(ring, strategy, places_ahead(stage), (enum prefetch_stage)stage);
}

static unsigned take_from(struct spsc_ring *ring, struct strategy *strategy)
{
    bool prefetches = strategy->ops->prefetch != NULL;
    unsigned taken = 0;

    if (prefetches)
        prefetch_first(ring, strategy);
    for (; taken < ANSWERS_AT_ONCE; taken++) {
        const struct answer *answer = spsc_ring_peek(ring);

        if (!answer)
            break;
        if (prefetches)
            prefetch_next(ring, strategy);
        strategy->ops->reply(strategy, answer);
        spsc_ring_release(ring);
    }
    return taken;
}

void answer_rings_take(struct answer_rings *rings, unsigned sender, struct strategy *strategy)
{
    for (unsigned i = 0; i < rings->receivers; i++)
        counter_add(&rings->columns[sender].heard, take_from(ring_at(rings, i, sender), strategy));
}

void answer_rings_end(struct answer_rings *rings, unsigned sender)
{
    atomic_store_explicit(&rings->columns[sender].closed, true, memory_order_relaxed);
}

double answer_rings_filled(const struct answer_rings *rings)
{
    double most = 0;

    for (unsigned i = 0; i < rings->receivers * rings->senders; i++)
        most = fmax(most, spsc_ring_filled(&rings->rings[i]));
    return most;
}

static uint64_t waiting(const struct answer_rings *rings)
{
    uint64_t count = 0;

    for (unsigned i = 0; i < rings->receivers * rings->senders; i++)
        count += spsc_ring_count(&rings->rings[i]);
    return count;
}

void answer_rings_totals(const struct answer_rings *rings, bool ended, struct answer_totals *out)
{
    *out = (struct answer_totals){.after_end = ended ? waiting(rings) : 0};
    for (unsigned i = 0; i < rings->receivers; i++) {
        out->answers += counter_read(&rings->rows[i].answers);
        out->full += counter_read(&rings->rows[i].full);
        out->after_end += counter_read(&rings->rows[i].after_end);
    }
    for (unsigned i = 0; i < rings->senders; i++)
        out->heard += counter_read(&rings->columns[i].heard);
}
