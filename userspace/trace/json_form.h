// SPDX-License-Identifier: GPL-2.0-or-later
/* The forms of `hopwire trace --json[=FORM]`: hopwire's own, and those of other programs that have readers. One
 * line per form in the table of json_form.c. */
#pragma once

#include <jansson.h>
#include <stdint.h>

#include "base/choices.h"
#include "trace/job.h"

/* What a form states beside the path. */
struct json_run {
    const struct trace_style *style;
    uint64_t start_us, end_us; /* of the run; where it has not ended, up to now; Unix epoch */
    const char *host;          /* the name of the probing host */
    double wait;               /* seconds to wait for an answer */
    uint8_t tos;
};

struct json_form {
    const char *name, *help;
    json_t *(*path)(const struct trace_job *job, const struct json_run *run); /* NULL: memory is short */
    /* Lines before the first path and after the last one; NULL: none. */
    json_t *(*begin)(const struct json_run *run);
    json_t *(*end)(const struct json_run *run);
};

/* json_form_find() returns the form of that name, or NULL where there is none. json_form_usual() returns
 * hopwire's own. */
const struct json_form *json_form_find(const char *name);
const struct json_form *json_form_usual(void);
choice_at json_form_choices;
