// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which links a strategy has seen: a set of marks of 32 bits, four bytes a link, that is asked for membership
 * alone. Two links are taken for one where hash and place are alike: of ten million links, for about one in
 * a hundred. Nothing grows: once the room is used up, all further links count as known, so that nobody goes
 * on for their sake. All senders of a survey share it, without waiting for each other.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct link_marks {
    _Atomic uint32_t *marks; /* 0: free */
    _Atomic uint32_t count;
    uint32_t mask; /* their number is one more, a power of two */
    uint64_t secret;
};

/* link_marks_init() makes room for at least `room` links. 0 or -ENOMEM; link_marks_free() is right after both. */
int link_marks_init(struct link_marks *marks, uint32_t room, uint64_t secret);
void link_marks_free(struct link_marks *marks);

/* link_marks_add() says whether the link was not there, and now is: to one of those who ask at once. */
bool link_marks_add(struct link_marks *marks, uint32_t from, uint32_t to);

/* link_marks_prefetch() asks for the place where link_marks_add() looks first. */
void link_marks_prefetch(const struct link_marks *marks, uint32_t from, uint32_t to);

int link_marks_save(const struct link_marks *marks, FILE *out);
int link_marks_load(struct link_marks *marks, FILE *in);
