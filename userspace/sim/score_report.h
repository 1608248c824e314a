// SPDX-License-Identifier: GPL-2.0-or-later
/* A score for people and for programs. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "sim/score.h"

/* Why probes of a survey have no reply, as far as the survey's ledger and the simulator's counters tell. They
 * count packets: which of the things missed each of them cost nobody can say. */
enum score_reason {
    SCORE_NEVER_SENT,   /* blocked, refused by the device, or the survey was interrupted */
    SCORE_RATE_LIMITED, /* replies that routers held back */
    SCORE_LOST_OUT,     /* probes lost on the way: chance, or a full queue */
    SCORE_LOST_BACK,    /* replies likewise */
    SCORE_LOST_HERE,    /* replies lost on the survey's own host */
    SCORE_REASONS,
};

/* The probes that the survey sent, where known. */
struct score_probes {
    bool known;
    uint64_t sent;
    uint64_t reasons[SCORE_REASONS];
};

struct survey_metadata;

/* score_probes_read() takes them from the metadata of a survey; unknown where it did not end. */
void score_probes_read(struct score_probes *probes, const struct survey_metadata *metadata);

/* score_print() writes a table and what was missed. Errors of `out` stay in ferror(). */
void score_print(const struct score *score, const struct score_probes *probes, FILE *out);

/* score_print_json() writes one JSON object. 0 or -ENOMEM. */
int score_print_json(const struct score *score, const struct score_probes *probes, FILE *out);
