// SPDX-License-Identifier: GPL-2.0-or-later
#include "knowledge/key_level.h"

#include <stdlib.h>

#include "base/counter.h"
#include "base/pages.h"

_Static_assert(KEY_LINE_WORDS * sizeof(uint64_t) == CACHE_LINE, "a line of words is a cache line");

static size_t bytes_of(const struct key_level *level)
{
    return pages_whole(level->lines * CACHE_LINE);
}

struct key_level *key_level_create(uint64_t lines)
{
    struct key_level *level = aligned_alloc(_Alignof(struct key_level), sizeof(*level));

    if (!level)
        return NULL;
    *level = (struct key_level){.lines = lines, .left_era = UINT64_MAX};
    level->words = level->memory = pages_map_as_filled(bytes_of(level));
    if (!level->words) {
        free(level);
        return NULL;
    }
    return level;
}

void key_level_touch(struct key_level *level)
{
    pages_touch(level->memory, bytes_of(level));
}

void key_level_unmap(struct key_level *level)
{
    pages_unmap(level->memory, bytes_of(level));
    level->memory = NULL;
}

void key_level_destroy(struct key_level *level)
{
    key_level_unmap(level);
    free(level);
}

uint64_t key_level_seal(struct key_level *level, uint64_t place)
{
    uint64_t found = atomic_load_explicit(&level->words[place], memory_order_acquire);

    if (!found)
        found = key_word_take(&level->words[place], KEY_SEALED);
    return found == KEY_SEALED ? 0 : found;
}
