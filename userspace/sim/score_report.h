// SPDX-License-Identifier: GPL-2.0-or-later
/* A score for people and for programs. */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "sim/score.h"

/* The probes that the survey sent, where known. */
struct score_probes {
    bool known;
    uint64_t sent;
};

/* score_print() writes a table and what was missed. Errors of `out` stay in ferror(). */
void score_print(const struct score *score, const struct score_probes *probes, FILE *out);

/* score_print_json() writes one JSON object. 0 or -ENOMEM. */
int score_print_json(const struct score *score, const struct score_probes *probes, FILE *out);
