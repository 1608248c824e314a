// SPDX-License-Identifier: GPL-2.0-or-later
/* The forms of `hopwire ping --json[=FORM]`: our own, and those for which readers exist. Each form is one
 * line in the table of ping_form.c. */
#pragma once

#include <jansson.h>
#include <stdbool.h>

#include "base/choices.h"
#include "ping/ping_text.h"
#include "trace/json_form.h"

struct ping_form {
    const char *name, *help;
    bool keeps; /* it shows each probe, so the probes' records are kept (ping/ping_records.h) */
    json_t *(*host)(const struct ping_config *config, const struct ping_target *target,
                    const struct json_run *run); /* NULL when memory is short */
    /* Lines before the first host and after the last one; NULL: none. */
    json_t *(*begin)(const struct json_run *run);
    json_t *(*end)(const struct json_run *run);
};

/* ping_form_find() returns the form of a name, or NULL if there is none. ping_form_usual() returns our
 * own. */
const struct ping_form *ping_form_find(const char *name);
const struct ping_form *ping_form_usual(void);
choice_at ping_form_choices;

/* Make the lines of the other forms from kept records. `scamper` is the same as sc_warts2json makes from our
 * warts of the same ping. */
json_t *scamper_ping_json(const struct ping_config *config, const struct ping_target *target,
                          const struct json_run *run);
json_t *atlas_ping_json(const struct ping_config *config, const struct ping_target *target,
                        const struct json_run *run);
