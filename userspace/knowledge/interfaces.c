// SPDX-License-Identifier: GPL-2.0-or-later
#include "knowledge/interfaces.h"

#include <errno.h>

#include "base/pages.h"

enum {
    WORD_BYTES = 12, /* per key, also while the table grows (key_table.h) */
    ENTRY_BYTES = sizeof(struct interface_entry) + sizeof(interface_id) + sizeof(struct address),
    ID_SHIFT = 32,
    SPARES = 64, /* entries that threads hold and may never use; with more threads, fewer interfaces fit */
    /* How many numbers are tried before an address goes without one. If a tenth of all are given (24 GB of
     * memory), that is one address in 10^16; if half are given, one in 65,536. */
    ATTEMPTS = 16,
};

#define INTERFACES_MOST (UINT32_MAX - 2ULL * SPARES) /* so that entries have numbers of 32 bits */

#define ID_BITS (~0ULL << ID_SHIFT)

static size_t entry_bytes(const struct interfaces *interfaces)
{
    return pages_whole(interfaces->room * sizeof(struct interface_entry));
}

static size_t id_bytes(const struct interfaces *interfaces)
{
    return pages_whole(interfaces->room * sizeof(interface_id));
}

static size_t address_bytes(const struct interfaces *interfaces)
{
    return pages_whole(interfaces->room * sizeof(struct address));
}

int interfaces_init(struct interfaces *interfaces, uint64_t memory, uint64_t secret, struct readers *readers)
{
    uint64_t room = memory / (WORD_BYTES + ENTRY_BYTES);
    const struct key_table_config table = {
        .key_bits = ID_BITS,
        .secret = secret,
        .memory = memory - room * ENTRY_BYTES,
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
    interfaces->ids = pages_map_as_filled(id_bytes(interfaces));
    interfaces->addresses = pages_map_as_filled(address_bytes(interfaces));
    return interfaces->entries && interfaces->ids && interfaces->addresses ? 0 : -ENOMEM;
}

void interfaces_free(struct interfaces *interfaces)
{
    key_table_free(&interfaces->table);
    pages_unmap(interfaces->entries, entry_bytes(interfaces));
    pages_unmap(interfaces->ids, id_bytes(interfaces));
    pages_unmap(interfaces->addresses, address_bytes(interfaces));
    *interfaces = (struct interfaces){0};
}

static struct interface_entry *entry_of(const struct interfaces *interfaces, uint64_t word)
{
    return &interfaces->entries[(uint32_t)word - 1];
}

static interface_id *id_beside(const struct interfaces *interfaces, const struct interface_entry *entry)
{
    return &interfaces->ids[entry - interfaces->entries];
}

static struct address *address_beside(const struct interfaces *interfaces,
                                      const struct interface_entry *entry)
{
    return &interfaces->addresses[entry - interfaces->entries];
}

/* Returns the thread's spare entry, which no other thread sees; NULL if all entries are in use. */
static struct interface_entry *take_spare(struct interfaces *interfaces, interface_spare *spare)
{
    if (!*spare && interfaces_end(interfaces) < interfaces->room) {
        uint64_t place = atomic_fetch_add_explicit(&interfaces->given, 1, memory_order_relaxed);

        *spare = place < interfaces->room ? &interfaces->entries[place] : NULL;
    }
    return *spare;
}

static void tell_full(struct interfaces *interfaces)
{
    atomic_store_explicit(&interfaces->table.full, true, memory_order_relaxed);
}

/* Returns the entry of a number that had none a moment ago: the first thread that adds its word makes the
 * entry. */
static struct interface_entry *add(struct interfaces *interfaces, interface_spare *spare, uint64_t hash,
                                   interface_id id, struct address address)
{
    struct interface_entry *entry = take_spare(interfaces, spare);

    if (!entry) {
        tell_full(interfaces);
        return NULL;
    }
    *id_beside(interfaces, entry) = id;
    if (interface_id_is_given(id))
        *address_beside(interfaces, entry) = address;
    uint64_t word = (uint64_t)id << ID_SHIFT | (uint64_t)(entry - interfaces->entries + 1);
    enum key_outcome outcome = key_table_add(&interfaces->table, hash, &word);
    if (outcome == KEY_ADDED)
        *spare = NULL;
    return outcome == KEY_ABSENT ? NULL : entry_of(interfaces, word);
}

/* Returns the entry of the number that `address` tries in `attempt`, even if it belongs to another
 * address. */
static struct interface_entry *meet(struct interfaces *interfaces, interface_spare *spare,
                                    struct address address, unsigned attempt)
{
    interface_id id = interfaces_number(interfaces, address, attempt);
    uint64_t word = (uint64_t)id << ID_SHIFT, hash = key_table_hash(&interfaces->table, word);

    return key_table_find(&interfaces->table, hash, &word) ? entry_of(interfaces, word)
                                                           : add(interfaces, spare, hash, id, address);
}

struct interface_entry *interfaces_meet(struct interfaces *interfaces, interface_spare *spare,
                                        struct address address)
{
    struct interface_entry *entry = meet(interfaces, spare, address, 0);
    interface_id own;

    __builtin_prefetch(entry, 1);
    if (entry && !interface_id_of(address, &own)) {
        __builtin_prefetch(id_beside(interfaces, entry));
        __builtin_prefetch(address_beside(interfaces, entry));
    }
    return entry;
}

struct interface_entry *interfaces_confirm(struct interfaces *interfaces, interface_spare *spare,
                                           struct interface_entry *met, struct address address)
{
    interface_id own;

    if (interface_id_of(address, &own))
        return met;
    for (unsigned attempt = 1; met; attempt++) {
        if (address_equal(*address_beside(interfaces, met), address))
            return met;
        if (attempt == ATTEMPTS)
            break;
        met = meet(interfaces, spare, address, attempt);
    }
    tell_full(interfaces);
    return NULL;
}

struct address interfaces_address(const struct interfaces *interfaces, const struct interface_entry *entry)
{
    interface_id id = interfaces_id(interfaces, entry);

    return interface_id_is_given(id) ? *address_beside(interfaces, entry) : address_of_ipv4(id);
}

void interfaces_count_new(struct interfaces *interfaces, const struct interface_entry *entry)
{
    _Atomic uint64_t *count = address_is_ipv4(interfaces_address(interfaces, entry))
                                  ? &interfaces->ipv4_count
                                  : &interfaces->ipv6_count;

    atomic_fetch_add_explicit(count, 1, memory_order_relaxed);
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
