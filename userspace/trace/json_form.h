// SPDX-License-Identifier: GPL-2.0-or-later
/* The forms of `hopwire trace --json[=FORM]`: our own, and those of programs that have readers. One line a form in
 * the table of json_form.c. */
#pragma once

#include <jansson.h>
#include <stdint.h>

#include "base/choices.h"
#include "trace/job.h"

/* What a form tells apart from the path. */
struct json_run {
    const struct trace_style *style;
    uint64_t start_us, end_us; /* of the run, or up to now; Unix epoch */
    const char *host;          /* the name of this one */
    double wait;               /* seconds that an answer is waited for */
    uint8_t tos;
};

struct json_form {
    const char *name, *help;
    json_t *(*path)(const struct trace_job *job, const struct json_run *run); /* NULL: memory is short */
    /* Lines before the first path and behind the last one; NULL: none. */
    json_t *(*begin)(const struct json_run *run);
    json_t *(*end)(const struct json_run *run);
};

/* json_form_find() is NULL where there is none of that name; json_form_usual() is ours. */
const struct json_form *json_form_find(const char *name);
const struct json_form *json_form_usual(void);
choice_at json_form_choices;
