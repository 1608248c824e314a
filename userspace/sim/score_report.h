// SPDX-License-Identifier: GPL-2.0-or-later
/* Writes a score for users and for programs. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "sim/score.h"

/* Why probes of a survey have no reply, as far as the survey's ledger and the simulator's counters show. They
 * count packets: which of the missed things each reason cost is unknown. */
enum score_reason {
    SCORE_NEVER_SENT,   /* blocked, refused by the device, or not reached because the survey was
                           interrupted */
    SCORE_RATE_LIMITED, /* replies that routers held back */
    SCORE_LOST_OUT,     /* probes lost on the path: by chance, or in a full queue */
    SCORE_LOST_BACK,    /* replies lost likewise */
    SCORE_LOST_HERE,    /* replies lost on the host of the survey */
    SCORE_REASONS,
};

/* The probes that the survey sent, if known. */
struct score_probes {
    bool known;
    uint64_t sent;
    uint64_t reasons[SCORE_REASONS];
};

struct survey_metadata;

/* score_probes_read() reads them from the metadata of a survey; they stay unknown if it did not end. */
void score_probes_read(struct score_probes *probes, const struct survey_metadata *metadata);

/* score_print() writes a table and the missed things. Errors of `out` stay in ferror(). */
void score_print(const struct score *score, const struct score_probes *probes, FILE *out);

/* score_print_json() writes one JSON object. Returns 0 or -ENOMEM. */
int score_print_json(const struct score *score, const struct score_probes *probes, FILE *out);
