// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The interfaces seen, and how often each answered, counted by all receivers at once; and the numbers given
 * to other addresses (interface_id.h).
 *
 *   table      words [id | number of the entry + 1]     grows and moves; a sample if memory is short
 *   entries    [answers] in order of arrival             never move
 *   ids        one beside each entry
 *   addresses  likewise, written if the id was given
 *
 * A number is a keyed hash of the address, of 28 bits. If another address has this number, the next one is
 * tried: with 2 million interfaces, once in 130. So an address is found by the table's word, like an IPv4
 * interface; but only the address beside the entry shows for certain that it is the right one.
 * interfaces_confirm() compares it, when its memory has come.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "knowledge/interface_id.h"
#include "knowledge/key_table.h"

struct interface_entry {
    _Atomic uint64_t answers; /* 0: an address that has a number, but is no interface so far */
};

struct interfaces {
    struct key_table table; /* of all addresses with an entry */
    struct interface_entry *entries;
    interface_id *ids;
    struct address *addresses;
    uint64_t room;          /* number of entries */
    _Atomic uint64_t given; /* entries in use, from the front: of interfaces, or a thread's spare ones */
    _Atomic uint64_t ipv4_count, ipv6_count; /* of interfaces */
};

/* A thread's entry for the next interface that it is the first to see; NULL: none yet. */
typedef struct interface_entry *interface_spare;

/* interfaces_init() uses at most `memory` bytes; `secret` is for hashes. Returns 0 or -ENOMEM. */
int interfaces_init(struct interfaces *interfaces, uint64_t memory, uint64_t secret, struct readers *readers);

/* interfaces_free() may be called after any outcome. */
void interfaces_free(struct interfaces *interfaces);

/* interfaces_number() returns the number of `address`, or the one that it tries in `attempt`, counted from 0.
 * Responders cannot know which addresses try the same number. */
static inline interface_id interfaces_number(const struct interfaces *interfaces, struct address address,
                                             unsigned attempt)
{
    const struct key_table *table = &interfaces->table;
    interface_id id;

    if (interface_id_of(address, &id))
        return id;
    uint64_t lower = mix64((address.low ^ table->hashing.secret) * table->hashing.factor);
    uint64_t hash = mix64((address.high ^ lower) * table->hashing.factor);
    return interface_id_give(attempt ? mix64(hash + attempt) : hash);
}

/* interfaces_prefetch() prefetches the memory that interfaces_meet() touches. */
static inline void interfaces_prefetch(const struct interfaces *interfaces, struct address address)
{
    uint64_t word = (uint64_t)interfaces_number(interfaces, address, 0) << 32;

    key_table_prefetch(&interfaces->table, key_table_hash(&interfaces->table, word));
}

/* interfaces_meet() returns an entry for interfaces_confirm(), and makes one if there is none; NULL if there
 * is no room. It prefetches the entry's memory. */
struct interface_entry *interfaces_meet(struct interfaces *interfaces, interface_spare *spare,
                                        struct address address);

/* interfaces_confirm() returns the entry of `address`; `met` is what interfaces_meet() returned. NULL if
 * there is no room. */
struct interface_entry *interfaces_confirm(struct interfaces *interfaces, interface_spare *spare,
                                           struct interface_entry *met, struct address address);

/* interfaces_count_answer() counts an answer of an interface. With its first answer, interfaces_count_new()
 * counts the interface itself. */
void interfaces_count_new(struct interfaces *interfaces, const struct interface_entry *entry);

static inline void interfaces_count_answer(struct interfaces *interfaces, struct interface_entry *entry)
{
    if (atomic_fetch_add_explicit(&entry->answers, 1, memory_order_release) == 0)
        interfaces_count_new(interfaces, entry);
}

/* interfaces_id() returns the number of an entry, interfaces_address() its address. */
static inline interface_id interfaces_id(const struct interfaces *interfaces,
                                         const struct interface_entry *entry)
{
    return interfaces->ids[entry - interfaces->entries];
}

struct address interfaces_address(const struct interfaces *interfaces, const struct interface_entry *entry);

/* interfaces_at() returns the entry at a place below interfaces_end(), to iterate over all; NULL if no answer
 * is counted there yet. */
uint64_t interfaces_end(const struct interfaces *interfaces);
const struct interface_entry *interfaces_at(const struct interfaces *interfaces, uint64_t place);
