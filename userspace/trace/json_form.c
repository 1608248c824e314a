// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/json_form.h"

#include <string.h>

#include "trace/atlas_json.h"
#include "trace/path_json.h"
#include "trace/scamper_json.h"

static json_t *own_path(const struct trace_job *job, const struct json_run *run)
{
    return path_json(job, run->style);
}

static const struct json_form forms[] = {
    {.name = "hopwire", .help = "everything that is known", .path = own_path},
    {.name = "scamper",
     .help = "the format of sc_warts2json",
     .path = scamper_json_path,
     .begin = scamper_json_begin,
     .end = scamper_json_end},
    {.name = "atlas", .help = "the format of RIPE Atlas, for a traceroute", .path = atlas_json_path},
};

enum {
    FORMS = sizeof(forms) / sizeof(forms[0]),
};

const struct json_form *json_form_find(const char *name)
{
    for (int i = 0; i < FORMS; i++)
        if (strcmp(forms[i].name, name) == 0)
            return &forms[i];
    return NULL;
}

const struct json_form *json_form_usual(void)
{
    return &forms[0];
}

bool json_form_choices(size_t position, struct choice *out)
{
    if (position < FORMS)
        *out = (struct choice){.name = forms[position].name, .help = forms[position].help};
    return position < FORMS;
}
