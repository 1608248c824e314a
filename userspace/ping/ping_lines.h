// SPDX-License-Identifier: GPL-2.0-or-later
/* The JSON lines of a run, in any form: before the first host, one or more per host, after the last one. */
#pragma once

#include "ping/ping_form.h"

struct ping_lines {
    const struct ping_config *config;
    struct json_run run;
    char host[256]; /* the name of the probing host */
};

/* ping_lines_begin() writes the lines before the first host of a run that began at `start_us` (Unix epoch).
 * ping_lines_note() stores the outcome of a probe; when there is no room for more, it writes the stored ones.
 * ping_lines_host() writes everything of a host not written yet. ping_lines_end() writes the lines after the
 * last host. All print to stdout, and print nothing without JSON. */
void ping_lines_begin(struct ping_lines *lines, const struct ping_config *config, uint64_t start_us);
void ping_lines_note(struct ping_lines *lines, struct ping_target *target, uint64_t sequence,
                     enum ping_outcome outcome, const struct answer *answer);
void ping_lines_host(struct ping_lines *lines, struct ping_target *target);
void ping_lines_end(struct ping_lines *lines);
