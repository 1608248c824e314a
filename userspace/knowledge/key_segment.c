// SPDX-License-Identifier: GPL-2.0-or-later
#include "knowledge/key_segment.h"

#include <errno.h>
#include <stddef.h>

enum {
    /* If no larger level is possible, but other segments have taken fewer keys. With all eight words filled,
     * a search would never reach a free word. */
    WORDS_MOST = 7,
    /* Per added key. If more, adding takes longer; if fewer, look-ups search two levels for longer. */
    LINES_COPIED_AT_ONCE = 4,
    /* When 1/64 of a level is left to fill, the next one is prepared. If the part is larger, two levels take
     * memory for longer; if smaller, the next one comes too late at half a million new keys per second. */
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

/* Searches from `level` on; `put`, unless 0, goes into the last level. In the levels before it, the free word
 * at the end of the search is sealed, so that no thread adds the key there meanwhile. */
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

/* Copies the keys of some lines to the next levels, without counting them as new. All destinations are
 * prefetched before the first is accessed. */
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

/* Removes a completely copied level from sight, and the following ones that are copied too. */
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

/* Copies a few lines, if any are left to copy. */
static void copy_on(struct key_segment *segment)
{
    struct key_level *level = key_segment_current(segment), *next;

    for (; (next = key_level_next(level)); level = next)
        copy_some(segment, level);
}

/* Returns the size of the level behind one with `lines` lines. */
static uint64_t next_size(const struct key_segment *segment, uint64_t lines)
{
    uint64_t next = segment->sizes.before_last;

    if (lines >= next)
        return segment->sizes.last;
    while ((next + 1) / 2 > lines)
        next = (next + 1) / 2;
    return next;
}

/* Returns a level of that size: the spare one, or one whose pages are not allocated yet. */
static struct key_level *take_level(struct key_segment *segment, uint64_t lines)
{
    struct key_level *spare = atomic_exchange(&segment->spare, NULL);

    if (spare && spare->lines == lines)
        return spare;
    if (spare)
        key_level_destroy(spare);
    return key_level_create(lines);
}

/* Gives `level`, which is the last, a next one, unless none may be larger or memory is short. If two threads
 * try, one succeeds. */
static void grow(struct key_segment *segment, struct key_level *level)
{
    struct key_level *none = NULL, *next;

    if (level->lines == segment->sizes.last)
        return;
    next = take_level(segment, next_size(segment, level->lines));
    if (next && !atomic_compare_exchange_strong(&level->next, &none, next))
        key_level_destroy(next);
}

/* Makes room for one more key if possible, and returns whether there is room. */
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

/* Whether the next level exists. A spare level that is no larger than the last one came too late, after the
 * segment had grown: it would keep its memory to the end, so it is dropped. */
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
