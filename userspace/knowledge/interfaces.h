// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Interfaces seen, and how often each answered, counted by all receivers at once.
 *
 *   table    words [id | number of the entry + 1]     grows and moves; a sample where memory is short
 *   entries  [answers, id] in the order of their coming     stay where they are
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "knowledge/interface_id.h"
#include "knowledge/key_table.h"

struct interface_entry {
    _Atomic uint64_t answers;
    interface_id id;
};

struct interfaces {
    struct key_table table; /* its count is that of interfaces */
    struct interface_entry *entries;
    uint64_t room;          /* for entries */
    _Atomic uint64_t given; /* entries, from the front: to interfaces, or to a thread that may need one */
};

/* A thread's entry for the next interface that it sees first; NULL: none yet. */
typedef struct interface_entry *interface_spare;

/* interfaces_init() uses `memory` bytes at most; `secret` is of hashes. 0 or -ENOMEM. */
int interfaces_init(struct interfaces *interfaces, uint64_t memory, uint64_t secret, struct readers *readers);

/* interfaces_free(): right after every outcome. */
void interfaces_free(struct interfaces *interfaces);

/* interfaces_prefetch() asks for the memory that interfaces_meet() will touch. */
static inline void interfaces_prefetch(const struct interfaces *interfaces, interface_id id)
{
    key_table_prefetch(&interfaces->table, key_table_hash(&interfaces->table, (uint64_t)id << 32));
}

/* interfaces_meet() is the entry of `id`, made where it is new; NULL where there is no room for it. Its
 * memory is on its way. */
struct interface_entry *interfaces_meet(struct interfaces *interfaces, interface_spare *spare,
                                        interface_id id);

/* interface_count_answer() counts an answer of it. */
static inline void interface_count_answer(struct interface_entry *entry)
{
    atomic_fetch_add_explicit(&entry->answers, 1, memory_order_release);
}

/* interfaces_at() is the entry at a place below interfaces_end(), for looking at all of them; NULL where no
 * answer is counted yet. */
uint64_t interfaces_end(const struct interfaces *interfaces);
const struct interface_entry *interfaces_at(const struct interfaces *interfaces, uint64_t place);
