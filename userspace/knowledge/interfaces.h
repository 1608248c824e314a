// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Interfaces seen, and how often each answered, counted by all receivers at once; and the numbers of
 * addresses that are none themselves (interface_id.h).
 *
 *   table      words [id | number of the entry + 1]     grows and moves; a sample where memory is short
 *   entries    [answers] in the order of their coming     stay where they are
 *   ids        one beside each entry
 *   addresses  likewise, written where the id was given
 *
 * A number is given by a keyed hash of the address, of 28 bits. Where that one is another address's, the next
 * one is tried: with 2 million interfaces once in 130. So an address is found as an IPv4 interface is, by the
 * table's word, and only the address beside its entry says for certain that it is the one: that is looked at
 * when its memory has come, interfaces_confirm().
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "knowledge/interface_id.h"
#include "knowledge/key_table.h"

struct interface_entry {
    _Atomic uint64_t answers; /* none: an address that has a number, and is no interface so far */
};

struct interfaces {
    struct key_table table; /* all that have an entry */
    struct interface_entry *entries;
    interface_id *ids;
    struct address *addresses;
    uint64_t room;          /* for entries */
    _Atomic uint64_t given; /* entries, from the front: to interfaces, or to a thread that may need one */
    _Atomic uint64_t ipv4_count, ipv6_count; /* of interfaces */
};

/* A thread's entry for the next interface that it sees first; NULL: none yet. */
typedef struct interface_entry *interface_spare;

/* interfaces_init() uses `memory` bytes at most; `secret` is of hashes. 0 or -ENOMEM. */
int interfaces_init(struct interfaces *interfaces, uint64_t memory, uint64_t secret, struct readers *readers);

/* interfaces_free(): right after every outcome. */
void interfaces_free(struct interfaces *interfaces);

/* interfaces_number() is the number that `address` has, or asks for in its `attempt`, from 0 on. Who chooses
 * addresses does not know which ask for the same. */
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

/* interfaces_prefetch() asks for the memory that interfaces_meet() will touch. */
static inline void interfaces_prefetch(const struct interfaces *interfaces, struct address address)
{
    uint64_t word = (uint64_t)interfaces_number(interfaces, address, 0) << 32;

    key_table_prefetch(&interfaces->table, key_table_hash(&interfaces->table, word));
}

/* interfaces_meet() is an entry for interfaces_confirm(), made where there is none; NULL where there is no
 * room for it. Its memory is on its way. */
struct interface_entry *interfaces_meet(struct interfaces *interfaces, interface_spare *spare,
                                        struct address address);

/* interfaces_confirm() is the entry of `address`, of which `met` is what interfaces_meet() gave; NULL where
 * there is no room for it. */
struct interface_entry *interfaces_confirm(struct interfaces *interfaces, interface_spare *spare,
                                           struct interface_entry *met, struct address address);

/* interfaces_count_answer() counts an answer of it, and the interface itself by its first one, which is what
 * interfaces_count_new() is for. */
void interfaces_count_new(struct interfaces *interfaces, const struct interface_entry *entry);

static inline void interfaces_count_answer(struct interfaces *interfaces, struct interface_entry *entry)
{
    if (atomic_fetch_add_explicit(&entry->answers, 1, memory_order_release) == 0)
        interfaces_count_new(interfaces, entry);
}

/* interfaces_id() is the number of an entry, interfaces_address() its address. */
static inline interface_id interfaces_id(const struct interfaces *interfaces,
                                         const struct interface_entry *entry)
{
    return interfaces->ids[entry - interfaces->entries];
}

struct address interfaces_address(const struct interfaces *interfaces, const struct interface_entry *entry);

/* interfaces_at() is the entry at a place below interfaces_end(), for looking at all of them; NULL where no
 * answer is counted yet. */
uint64_t interfaces_end(const struct interfaces *interfaces);
const struct interface_entry *interfaces_at(const struct interfaces *interfaces, uint64_t place);
