// SPDX-License-Identifier: GPL-2.0-or-later
#include "target/host_index.h"

#include <errno.h>

#include "base/pages.h"

enum {
    AHEAD = 32, /* slots prefetched before they are filled, each a cache miss */
};

static size_t memory_size(const struct host_index *index)
{
    return pages_whole(index->slot_count * sizeof(*index->slots));
}

/* At most two of three slots are taken. A search takes about two steps if the host is in the index, else
 * about five. */
int host_index_init(struct host_index *index, const struct prefix *entries, size_t count, size_t hosts,
                    uint64_t secret)
{
    *index = (struct host_index){.entries = entries, .secret = secret};
    if (hosts == 0)
        return 0;
    index->slot_count = hosts + hosts / 2 + 1;
    index->place_bits = 64 - (unsigned)__builtin_clzll(count);
    index->slots = pages_map_as_filled(memory_size(index));
    return index->slots ? 0 : -ENOMEM;
}

void host_index_free(struct host_index *index)
{
    pages_unmap(index->slots, memory_size(index));
    *index = (struct host_index){0};
}

static uint64_t hash_of(const struct host_index *index, struct address host)
{
    return address_hash(host, index->secret);
}

static size_t slot_of(const struct host_index *index, uint64_t hash)
{
    return (size_t)((unsigned __int128)hash * index->slot_count >> 64);
}

static size_t slot_after(const struct host_index *index, size_t slot)
{
    return slot + 1 < index->slot_count ? slot + 1 : 0;
}

/* The upper bits of the hash choose the slot, so the lower bits, which are stored, distinguish more. */
static uint32_t marked(const struct host_index *index, uint64_t hash, size_t place)
{
    return (uint32_t)(hash << index->place_bits | (place + 1));
}

static void insert(struct host_index *index, uint64_t hash, size_t place)
{
    size_t slot = slot_of(index, hash);

    while (index->slots[slot])
        slot = slot_after(index, slot);
    index->slots[slot] = marked(index, hash, place);
}

void host_index_add(struct host_index *index, size_t place, size_t count)
{
    uint64_t hashes[AHEAD];

    for (size_t i = 0; i < count + AHEAD; i++) {
        if (i >= AHEAD)
            insert(index, hashes[i % AHEAD], place + i - AHEAD);
        if (i >= count)
            continue;
        hashes[i % AHEAD] = hash_of(index, index->entries[place + i].base);
        __builtin_prefetch(&index->slots[slot_of(index, hashes[i % AHEAD])], 1);
    }
}

bool host_index_find(const struct host_index *index, struct address host, size_t *place)
{
    uint32_t places = (uint32_t)((1ULL << index->place_bits) - 1);
    uint64_t hash;

    if (!index->slots)
        return false;
    hash = hash_of(index, host);
    for (size_t slot = slot_of(index, hash); index->slots[slot]; slot = slot_after(index, slot)) {
        uint32_t found = (index->slots[slot] & places) - 1;

        if (marked(index, hash, found) == index->slots[slot] &&
            address_equal(index->entries[found].base, host)) {
            *place = found;
            return true;
        }
    }
    return false;
}
