// SPDX-License-Identifier: GPL-2.0-or-later
#include "knowledge/interfaces.h"

#include <errno.h>

#include "base/pages.h"

enum {
    WORD_BYTES = 16, /* while the table grows (key_table.h) */
    ID_SHIFT = 32,
    SPARES = 64, /* entries that threads hold and may never need; with more threads, fewer interfaces */
};

#define INTERFACES_MOST (UINT32_MAX - 2ULL * SPARES) /* so that entries have numbers of 32 bits */

#define ID_BITS (~0ULL << ID_SHIFT)

static size_t entry_bytes(const struct interfaces *interfaces)
{
    return pages_whole(interfaces->room * sizeof(struct interface_entry));
}

int interfaces_init(struct interfaces *interfaces, uint64_t memory, uint64_t secret, struct readers *readers)
{
    uint64_t room = memory / (WORD_BYTES + sizeof(struct interface_entry));
    const struct key_table_config table = {
        .key_bits = ID_BITS,
        .secret = secret,
        .memory = memory - room * sizeof(struct interface_entry),
        .limit = room < INTERFACES_MOST ? room : INTERFACES_MOST,
        .sampled = true,
        .readers = readers,
    };

    *interfaces = (struct interfaces){0};
    int error = key_table_init(&interfaces->table, &table);
    if (error)
        return error;
    interfaces->room = key_table_limit(&interfaces->table) + SPARES;
    interfaces->entries = pages_map_as_filled(entry_bytes(interfaces));
    return interfaces->entries ? 0 : -ENOMEM;
}

void interfaces_free(struct interfaces *interfaces)
{
    key_table_free(&interfaces->table);
    pages_unmap(interfaces->entries, entry_bytes(interfaces));
    *interfaces = (struct interfaces){0};
}

static struct interface_entry *entry_of(const struct interfaces *interfaces, uint64_t word)
{
    return &interfaces->entries[(uint32_t)word - 1];
}

/* The thread's spare entry, which nobody else sees; NULL where all are given. */
static struct interface_entry *take_spare(struct interfaces *interfaces, interface_spare *spare)
{
    if (!*spare && interfaces_end(interfaces) < interfaces->room) {
        uint64_t place = atomic_fetch_add_explicit(&interfaces->given, 1, memory_order_relaxed);

        *spare = place < interfaces->room ? &interfaces->entries[place] : NULL;
    }
    return *spare;
}

/* The entry of an interface that was not there a moment ago: whoever adds its word first gives it one. */
static struct interface_entry *add(struct interfaces *interfaces, interface_spare *spare, uint64_t hash,
                                   interface_id id)
{
    struct interface_entry *entry = take_spare(interfaces, spare);

    if (!entry) {
        atomic_store_explicit(&interfaces->table.full, true, memory_order_relaxed);
        return NULL;
    }
    entry->id = id;
    uint64_t word = (uint64_t)id << ID_SHIFT | (uint64_t)(entry - interfaces->entries + 1);
    enum key_outcome outcome = key_table_add(&interfaces->table, hash, &word);
    if (outcome == KEY_ADDED)
        *spare = NULL;
    return outcome == KEY_ABSENT ? NULL : entry_of(interfaces, word);
}

struct interface_entry *interfaces_meet(struct interfaces *interfaces, interface_spare *spare,
                                        interface_id id)
{
    uint64_t word = (uint64_t)id << ID_SHIFT, hash = key_table_hash(&interfaces->table, word);

    if (!key_table_find(&interfaces->table, hash, &word))
        return add(interfaces, spare, hash, id);
    __builtin_prefetch(entry_of(interfaces, word), 1);
    return entry_of(interfaces, word);
}

uint64_t interfaces_end(const struct interfaces *interfaces)
{
    uint64_t given = atomic_load_explicit(&interfaces->given, memory_order_relaxed);

    return given < interfaces->room ? given : interfaces->room;
}

const struct interface_entry *interfaces_at(const struct interfaces *interfaces, uint64_t place)
{
    const struct interface_entry *entry = &interfaces->entries[place];

    return atomic_load_explicit(&entry->answers, memory_order_acquire) ? entry : NULL;
}
