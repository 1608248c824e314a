// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>

#include "output/results_match.h"

enum {
    START = 1000,
    END = 2000,
};

Test(results_match, by_time_and_number)
{
    static const struct {
        uint64_t within, before, after, unknown; /* records by their time */
        uint64_t told;
        const char *path;
        bool running, unfinished, doubt;
    } rows[] = {
        {3, 0, 0, 0, 3, "r.csv", false, false, false},
        {3, 0, 0, 0, 4, "r.csv", false, false, true},
        {3, 0, 0, 0, 2, "r.parquet", false, false, true},
        {3, 0, 0, 0, 4, "r.csv", false, true, false},  /* killed */
        {3, 0, 0, 0, 0, "r.csv", true, false, false},  /* not counted yet */
        {3, 0, 0, 0, 4, "r.yrp", false, false, false}, /* has no place for some */
        {3, 0, 0, 0, 4, "-", false, false, true},
        {0, 0, 0, 3, 3, "r.csv", false, false, false},
        {0, 3, 0, 0, 3, "r.csv", false, false, true},
        {0, 0, 3, 0, 3, "r.csv", false, false, true},
        {0, 0, 3, 0, 3, "r.csv", true, false, false},
        {0, 3, 0, 0, 3, "r.yrp", true, true, true},
        {3, 1, 1, 0, 5, "r.csv", false, false, false}, /* the clock was set */
        {0, 0, 0, 0, 0, "r.csv", false, false, false},
        {0, 0, 0, 0, 1, "r.csv", false, false, true},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const uint64_t times[] = {START, START - 1, END + 1, RECORD_NO_TIME};
        const uint64_t counts[] = {rows[i].within, rows[i].before, rows[i].after, rows[i].unknown};
        const struct survey_metadata metadata = {
            .start_us = START, .end_us = END, .ended = !rows[i].running, .ledger.written = rows[i].told};
        struct results_match match = {0};
        struct error_text why;

        for (size_t kind = 0; kind < sizeof(times) / sizeof(times[0]); kind++)
            for (uint64_t n = 0; n < counts[kind]; n++)
                results_match_add(&match, &metadata, &(struct record){.time_us = times[kind]});
        cr_expect_eq(results_match_doubt(&match, &metadata, rows[i].path, rows[i].unfinished, &why),
                     rows[i].doubt, "row %zu", i);
    }
}
