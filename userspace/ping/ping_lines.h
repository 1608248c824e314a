// SPDX-License-Identifier: GPL-2.0-or-later
/* A run's lines of JSON, in whichever form: before the first host, one or more a host, behind the last one. */
#pragma once

#include "ping/ping_form.h"

struct ping_lines {
    const struct ping_config *config;
    struct json_run run;
    char host[256]; /* the name of this one */
};

/* ping_lines_begin() writes what stands before the first host of a run that began then, Unix epoch; ping_lines_note() keeps what came of a probe, and
 * tells it where there is no room for more; ping_lines_host() tells all of a host that was not told yet;
 * ping_lines_end() writes what stands behind the last one. All print to stdout, nothing without JSON. */
void ping_lines_begin(struct ping_lines *lines, const struct ping_config *config, uint64_t start_us);
void ping_lines_note(struct ping_lines *lines, struct ping_target *target, uint64_t sequence,
                     enum ping_outcome outcome, const struct answer *answer);
void ping_lines_host(struct ping_lines *lines, struct ping_target *target);
void ping_lines_end(struct ping_lines *lines);
