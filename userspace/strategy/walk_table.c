// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/walk_table.h"

#include <errno.h>

#include "base/pages.h"
#include "strategy/state.h"

enum {
    /* The room for walks divided by the number of chain heads: when all room is used, a walk is found after two
     * others. Lower, and each survey touches that much more memory at random. */
    ROOM_A_CHAIN = 4,
};

static uint32_t heads_for(uint32_t room)
{
    uint32_t heads = 1024;

    while (heads < room / ROOM_A_CHAIN)
        heads *= 2;
    return heads;
}

int walk_table_init(struct walk_table *table, uint64_t paths, uint32_t room)
{
    *table = (struct walk_table){.paths = paths, .room = room, .head_mask = heads_for(room) - 1};
    table->heads = pages_map_untouched((table->head_mask + 1ULL) * sizeof(*table->heads));
    table->walks = pages_map_untouched((room + 1ULL) * sizeof(*table->walks));
    return table->heads && table->walks ? 0 : -ENOMEM;
}

void walk_table_free(struct walk_table *table)
{
    pages_unmap(table->heads, (table->head_mask + 1ULL) * sizeof(*table->heads));
    pages_unmap(table->walks, (table->room + 1ULL) * sizeof(*table->walks));
}

static uint32_t number_of(const struct walk_table *table, const struct walk *walk)
{
    return (uint32_t)(walk - table->walks);
}

static struct walk *at(const struct walk_table *table, uint32_t number)
{
    return number ? &table->walks[number] : NULL;
}

static struct numbered_array links_in(const struct walk_table *table)
{
    return (struct numbered_array){&table->walks->links, sizeof(*table->walks)};
}

void walk_table_move(struct walk_table *table, struct walk *walk, enum walk_place place)
{
    uint32_t number = number_of(table, walk);

    if (walk->place != WALK_NOWHERE)
        numbered_list_cut_out(&table->lists[walk->place], links_in(table), number);
    walk->place = (uint8_t)place;
    if (place != WALK_NOWHERE)
        numbered_list_append(&table->lists[place], links_in(table), number);
}

struct walk *walk_table_first(const struct walk_table *table, enum walk_place place)
{
    return at(table, table->lists[place].first);
}

struct walk *walk_table_after(const struct walk_table *table, const struct walk *walk)
{
    return at(table, walk->links.next);
}

/* Takes a walk that is in no list and of no path. Returns NULL where there is no room. */
static struct walk *take(struct walk_table *table)
{
    struct walk *walk = walk_table_first(table, WALK_FREE);

    if (walk)
        walk_table_move(table, walk, WALK_NOWHERE);
    else if (table->touched < table->room)
        walk = &table->walks[++table->touched];
    return walk;
}

struct walk *walk_table_add(struct walk_table *table, uint64_t path)
{
    struct walk *walk = take(table);
    uint32_t *head = walk_table_head(table, path);

    if (!walk)
        return NULL;
    *walk = (struct walk){.path = (uint32_t)path, .chained = *head};
    *head = number_of(table, walk);
    table->active++;
    return walk;
}

struct walk *walk_table_find(const struct walk_table *table, uint64_t path)
{
    struct walk *walk = at(table, *walk_table_head(table, path));

    while (walk && walk->path != path)
        walk = at(table, walk->chained);
    return walk;
}

void walk_table_end(struct walk_table *table, struct walk *walk)
{
    uint32_t *link = walk_table_head(table, walk->path);

    while (*link != number_of(table, walk))
        link = &table->walks[*link].chained;
    *link = walk->chained;
    table->active--;
    walk_table_move(table, walk, WALK_FREE);
}

enum {
    WALK_NUMBERS = 6,
};

static void pack(const struct walk *walk, uint64_t out[WALK_NUMBERS])
{
    out[0] = walk->place == WALK_KEPT ? WALK_READY : walk->place;
    out[1] = walk->sent_ns;
    out[2] = (uint64_t)walk->path << 32 | walk->near;
    out[3] = (uint64_t)walk->far << 32 | walk->before_far;
    out[4] = (uint64_t)walk->asked << 48 | (uint64_t)walk->ttl << 40 | (uint64_t)walk->phase << 32 |
             (uint64_t)walk->lower << 24 | (uint64_t)walk->upper << 16 | (uint64_t)walk->gap << 8 |
             walk->distance;
    out[5] = (uint64_t)walk->start << 56 | (uint64_t)walk->deferred << 48 | (uint64_t)walk->known << 40 |
             (uint64_t)walk->asks_end << 32 | (uint64_t)walk->loops << 24 |
             (uint64_t)walk->silent_near << 16 | (uint64_t)walk->reached << 8 | walk->again;
}

static struct walk unpack(const uint64_t in[WALK_NUMBERS])
{
    return (struct walk){
        .sent_ns = in[1],
        .path = (uint32_t)(in[2] >> 32),
        .near = (uint32_t)in[2],
        .far = (uint32_t)(in[3] >> 32),
        .before_far = (uint32_t)in[3],
        .asked = (uint16_t)(in[4] >> 48),
        .ttl = (uint8_t)(in[4] >> 40),
        .phase = (uint8_t)(in[4] >> 32),
        .lower = (uint8_t)(in[4] >> 24),
        .upper = (uint8_t)(in[4] >> 16),
        .gap = (uint8_t)(in[4] >> 8),
        .distance = (uint8_t)in[4],
        .known = (uint8_t)(in[5] >> 40),
        .start = in[5] >> 56 & 3,
        .deferred = in[5] >> 48 & 1,
        .asks_end = in[5] >> 32 & 1,
        .loops = (uint8_t)(in[5] >> 24),
        .silent_near = in[5] >> 16 & 1,
        .reached = in[5] >> 8 & 1,
        .again = in[5] & 1,
    };
}

static int save_list(const struct walk_table *table, enum walk_place place, FILE *out)
{
    uint64_t numbers[WALK_NUMBERS];
    int error = 0;

    for (const struct walk *walk = walk_table_first(table, place); !error && walk;
         walk = walk_table_after(table, walk)) {
        pack(walk, numbers);
        error = state_put(out, numbers, WALK_NUMBERS);
    }
    return error;
}

int walk_table_save(const struct walk_table *table, FILE *out)
{
    /* Kept walks are ready when they are loaded, and come before the others. */
    static const enum walk_place order[] = {WALK_WAITING, WALK_LATER, WALK_NEAR, WALK_KEPT, WALK_READY};
    uint64_t active = table->active;
    int error = state_put(out, &active, 1);

    for (size_t i = 0; !error && i < sizeof(order) / sizeof(order[0]); i++)
        error = save_list(table, order[i], out);
    return error;
}

static int load_walk(struct walk_table *table, FILE *in)
{
    uint64_t numbers[WALK_NUMBERS];
    struct walk *walk;

    if (state_get(in, numbers, WALK_NUMBERS))
        return -EINVAL;
    struct walk loaded = unpack(numbers);
    if (loaded.path >= table->paths || walk_table_find(table, loaded.path) || numbers[0] < WALK_READY ||
        numbers[0] >= WALK_FREE)
        return -EINVAL;
    walk = walk_table_add(table, loaded.path);
    if (!walk)
        return -EINVAL;
    loaded.chained = walk->chained;
    *walk = loaded;
    walk_table_move(table, walk, (enum walk_place)numbers[0]);
    return 0;
}

int walk_table_load(struct walk_table *table, FILE *in)
{
    uint64_t active;
    int error = 0;

    if (state_get(in, &active, 1) || active > table->room)
        return -EINVAL;
    for (uint64_t i = 0; !error && i < active; i++)
        error = load_walk(table, in);
    return error;
}
