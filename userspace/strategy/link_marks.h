// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which links a strategy has seen: a set of marks of 32 bits, four bytes per link, that supports only membership
 * tests. Two links are confused where hash and position are equal: of ten million links, about one in a hundred
 * runs. The set does not grow: once the room is used up, all further links count as known, so no walk goes on
 * because of them. All senders of a survey share it, without waiting for each other.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct link_marks {
    _Atomic uint32_t *marks; /* 0: free */
    _Atomic uint32_t count;
    uint32_t mask; /* the number of marks, a power of two, minus one */
    uint64_t secret;
};

/* link_marks_init() makes room for at least `room` links. Returns 0 or -ENOMEM. link_marks_free() may be
 * called after either. */
int link_marks_init(struct link_marks *marks, uint32_t room, uint64_t secret);
void link_marks_free(struct link_marks *marks);

/* link_marks_add() adds a link. Returns true if it was new. If several senders add it at once, only one gets
 * true. */
bool link_marks_add(struct link_marks *marks, uint32_t from, uint32_t to);

/* link_marks_prefetch() prefetches the mark at which link_marks_add() looks first. */
void link_marks_prefetch(const struct link_marks *marks, uint32_t from, uint32_t to);

int link_marks_save(const struct link_marks *marks, FILE *out);
int link_marks_load(struct link_marks *marks, FILE *in);
