// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/link_marks.h"

#include <errno.h>

#include "base/pages.h"
#include "mix.h"
#include "strategy/state.h"

enum {
    MARK_REACH = 64, /* places that a search looks at; with 3 in 4 taken, longer searches do not happen by
                      * chance */
};

int link_marks_init(struct link_marks *marks, uint32_t room, uint64_t secret)
{
    uint32_t places = 1024;

    while (places / 4 * 3 < room)
        places *= 2;
    *marks = (struct link_marks){.mask = places - 1, .secret = secret};
    marks->marks = pages_map_untouched(places * sizeof(*marks->marks));
    return marks->marks ? 0 : -ENOMEM;
}

void link_marks_free(struct link_marks *marks)
{
    pages_unmap(marks->marks, (marks->mask + 1ULL) * sizeof(*marks->marks));
}

static bool has_room(const struct link_marks *marks)
{
    return atomic_load_explicit(&marks->count, memory_order_relaxed) <= marks->mask / 4 * 3;
}

static uint64_t hash_of(const struct link_marks *marks, uint32_t from, uint32_t to)
{
    return mix64(((uint64_t)from << 32 | to) ^ marks->secret);
}

static _Atomic uint32_t *place_at(const struct link_marks *marks, uint64_t hash, uint32_t step)
{
    return &marks->marks[((uint32_t)(hash >> 32) + step) & marks->mask];
}

void link_marks_prefetch(const struct link_marks *marks, uint32_t from, uint32_t to)
{
    __builtin_prefetch(place_at(marks, hash_of(marks, from, to), 0), 1);
}

bool link_marks_add(struct link_marks *marks, uint32_t from, uint32_t to)
{
    uint64_t hash = hash_of(marks, from, to);
    uint32_t mark = (uint32_t)hash ? (uint32_t)hash : 1;

    for (uint32_t i = 0; i < MARK_REACH; i++) {
        _Atomic uint32_t *place = place_at(marks, hash, i);
        uint32_t there = atomic_load_explicit(place, memory_order_relaxed);

        if (there == 0 && !has_room(marks))
            return false;
        if (there == 0 && atomic_compare_exchange_strong_explicit(place, &there, mark, memory_order_relaxed,
                                                                  memory_order_relaxed)) {
            atomic_fetch_add_explicit(&marks->count, 1, memory_order_relaxed);
            return true;
        }
        if (there == mark)
            return false;
    }
    return false;
}

/* Saves the marks in their order, two per number. */
int link_marks_save(const struct link_marks *marks, FILE *out)
{
    const uint64_t head[] = {marks->count, marks->secret};
    int error = state_put(out, head, 2);

    for (uint32_t i = 0; !error && i < marks->mask; i += 2) {
        uint64_t pair = (uint64_t)marks->marks[i] << 32 | marks->marks[i + 1];

        error = state_put(out, &pair, 1);
    }
    return error;
}

int link_marks_load(struct link_marks *marks, FILE *in)
{
    uint64_t head[2], pair;

    if (state_get(in, head, 2) || head[0] > marks->mask)
        return -EINVAL;
    marks->count = (uint32_t)head[0];
    marks->secret = head[1];
    for (uint32_t i = 0; i < marks->mask; i += 2) {
        if (state_get(in, &pair, 1))
            return -EINVAL;
        marks->marks[i] = (uint32_t)(pair >> 32);
        marks->marks[i + 1] = (uint32_t)pair;
    }
    return 0;
}
