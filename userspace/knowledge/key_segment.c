// SPDX-License-Identifier: GPL-2.0-or-later
#include "knowledge/key_segment.h"

#include <errno.h>
#include <stddef.h>

enum {
    /* Where no larger level may be had, but other segments have taken fewer keys. With all eight, an absent key is not
     * found out. */
    WORDS_MOST = 7,
    /* By whoever adds a key. More, and it takes longer; fewer, and there are two levels to look in for longer. */
    LINES_COPIED_AT_ONCE = 4,
    /* When such a part of a level is left until it is full the next one is prepared. Larger, and there is memory for
     * two levels for longer; smaller, and it comes too late where half a million keys a second are new. */
    PREPARED_BEFORE = 64,
};

_Static_assert(offsetof(struct key_segment, count) == CACHE_LINE, "what its look-ups read is in one line");

int key_segment_init(struct key_segment *segment, const struct key_hashing *hashing, struct readers *readers,
                     const struct key_sizes *sizes)
{
    *segment = (struct key_segment){
        .hashing = hashing,
        .readers = readers,
        .sizes = *sizes,
        .first = key_level_create(sizes->first),
    };
    atomic_init(&segment->current, segment->first);
    atomic_init(&segment->mapped, segment->first);
    return segment->first ? 0 : -ENOMEM;
}

void key_segment_free(struct key_segment *segment)
{
    struct key_level *spare = atomic_load(&segment->spare);

    for (struct key_level *level = segment->first, *next; level; level = next) {
        next = atomic_load(&level->next);
        key_level_destroy(level);
    }
    if (spare)
        key_level_destroy(spare);
    *segment = (struct key_segment){0};
}

static struct key_level *last_of(struct key_segment *segment)
{
    struct key_level *last = key_segment_current(segment), *next;

    while ((next = key_level_next(last)))
        last = next;
    return last;
}

/* Looks from `level` on; `put` goes into the last one, or is 0. Before it a word is sealed for it, so that
 * nobody adds the key there meanwhile. */
static enum key_outcome visit_from(const struct key_segment *segment, struct key_level *level, uint64_t hash,
                                   uint64_t *word, uint64_t put)
{
    for (;;) {
        struct key_level *next = key_level_next(level);
        enum key_outcome outcome =
            key_level_visit(level, hash, segment->hashing->key_bits, word, next && put ? KEY_SEALED : put);

        if (outcome == KEY_FOUND || outcome == KEY_ADDED || (outcome == KEY_ABSENT && !next))
            return outcome;
        level = key_level_next(level);
        if (!level)
            return KEY_ABSENT;
    }
}

/* Copies what stands in lines into the levels behind this one, where it counts for no new key. All that is touched
 * there is asked for before any of it is waited for. */
static void copy_lines(const struct key_segment *segment, struct key_level *level, uint64_t first,
                       uint64_t end)
{
    uint64_t words[LINES_COPIED_AT_ONCE * KEY_LINE_WORDS], hashes[LINES_COPIED_AT_ONCE * KEY_LINE_WORDS];
    struct key_level *next = key_level_next(level);
    size_t count = 0;

    for (uint64_t place = first * KEY_LINE_WORDS; place < end * KEY_LINE_WORDS; place++) {
        uint64_t word = key_level_seal(level, place);

        if (!word)
            continue;
        words[count] = word;
        hashes[count] = key_hash(segment->hashing, word);
        key_level_prefetch(next, hashes[count++]);
    }
    for (size_t i = 0; i < count; i++) {
        uint64_t word = words[i];

        visit_from(segment, next, hashes[i], &word, word);
    }
}

/* A level of which all is copied goes out of sight, with those behind it that have come as far. */
static void leave_copied(struct key_segment *segment)
{
    struct key_level *level = atomic_load(&segment->current);

    while (atomic_load(&level->copied) == level->lines) {
        struct key_level *next = key_level_next(level);

        if (atomic_compare_exchange_strong(&segment->current, &level, next)) {
            atomic_store(&level->left_era, readers_next_era(segment->readers));
            level = next;
        }
    }
}

static void copy_some(struct key_segment *segment, struct key_level *level)
{
    uint64_t first, end;

    if (atomic_load_explicit(&level->claimed, memory_order_relaxed) >= level->lines)
        return;
    first = atomic_fetch_add_explicit(&level->claimed, LINES_COPIED_AT_ONCE, memory_order_relaxed);
    end = first + LINES_COPIED_AT_ONCE < level->lines ? first + LINES_COPIED_AT_ONCE : level->lines;
    if (first >= end)
        return;
    copy_lines(segment, level, first, end);
    if (atomic_fetch_add(&level->copied, end - first) + (end - first) == level->lines)
        leave_copied(segment);
}

/* Does a little of what is to be copied, if anything is. */
static void copy_on(struct key_segment *segment)
{
    struct key_level *level = key_segment_current(segment), *next;

    for (; (next = key_level_next(level)); level = next)
        copy_some(segment, level);
}

/* The size of the level behind one of `lines`. */
static uint64_t next_size(const struct key_segment *segment, uint64_t lines)
{
    uint64_t next = segment->sizes.before_last;

    if (lines >= next)
        return segment->sizes.last;
    while ((next + 1) / 2 > lines)
        next = (next + 1) / 2;
    return next;
}

/* A level of that size: the spare one, or one whose memory is still to come. */
static struct key_level *take_level(struct key_segment *segment, uint64_t lines)
{
    struct key_level *spare = atomic_exchange(&segment->spare, NULL);

    if (spare && spare->lines == lines)
        return spare;
    if (spare)
        key_level_destroy(spare);
    return key_level_create(lines);
}

/* Gives `level`, the last one, a next one, unless none may be larger or there is no memory. Of two threads one is first. */
static void grow(struct key_segment *segment, struct key_level *level)
{
    struct key_level *none = NULL, *next;

    if (level->lines == segment->sizes.last)
        return;
    next = take_level(segment, next_size(segment, level->lines));
    if (next && !atomic_compare_exchange_strong(&level->next, &none, next))
        key_level_destroy(next);
}

/* Whether there is room for one more key, which is made where it can be. */
static bool make_room(struct key_segment *segment)
{
    struct key_level *last = last_of(segment);
    uint64_t count = atomic_load_explicit(&segment->count, memory_order_relaxed);

    if (count < key_segment_room(last->lines))
        return true;
    grow(segment, last);
    return key_level_next(last) || count < last->lines * WORDS_MOST;
}

enum key_outcome key_segment_add_growing(struct key_segment *segment, uint64_t hash, uint64_t *word)
{
    copy_on(segment);
    bool room = make_room(segment);
    enum key_outcome outcome =
        visit_from(segment, key_segment_current(segment), hash, word, room ? *word : 0);

    if (outcome == KEY_ADDED)
        atomic_fetch_add_explicit(&segment->count, 1, memory_order_relaxed);
    return outcome;
}

/* Whether the next level is there already. One that came too late, since the segment grew meanwhile, is no larger than
 * the last one: it would keep its memory to the end. */
static bool has_spare(struct key_segment *segment, const struct key_level *last)
{
    struct key_level *spare = atomic_exchange(&segment->spare, NULL);

    if (!spare)
        return false;
    if (spare->lines > last->lines) {
        atomic_store(&segment->spare, spare);
        return true;
    }
    key_level_destroy(spare);
    return false;
}

void key_segment_prepare(struct key_segment *segment)
{
    struct key_level *last = last_of(segment), *next;
    uint64_t room = key_segment_room(last->lines);

    if (has_spare(segment, last) || last->lines == segment->sizes.last ||
        atomic_load_explicit(&segment->count, memory_order_relaxed) < room - room / PREPARED_BEFORE)
        return;
    next = key_level_create(next_size(segment, last->lines));
    if (!next)
        return;
    key_level_touch(next);
    atomic_store(&segment->spare, next);
}

void key_segment_tidy(struct key_segment *segment)
{
    struct key_level *level = atomic_load_explicit(&segment->mapped, memory_order_acquire);

    if (level == key_segment_current(segment))
        return;
    if (readers_passed(segment->readers, atomic_load(&level->left_era)) &&
        atomic_compare_exchange_strong(&segment->mapped, &level, key_level_next(level)))
        key_level_unmap(level);
}
