// SPDX-License-Identifier: GPL-2.0-or-later
#include "ping/ping_form.h"

#include <string.h>

#include "trace/scamper_json.h"

static json_t *own_host(const struct ping_config *config, const struct ping_target *target,
                        const struct json_run *run)
{
    (void)run;
    return ping_json(config, target);
}

static const struct ping_form forms[] = {
    {.name = "hopwire", .help = "the statistics", .host = own_host},
    {.name = "scamper",
     .help = "the format of sc_warts2json",
     .keeps = true,
     .host = scamper_ping_json,
     .begin = scamper_json_begin,
     .end = scamper_json_end},
    {.name = "atlas", .help = "the format of RIPE Atlas, for a ping", .keeps = true, .host = atlas_ping_json},
};

enum {
    FORMS = sizeof(forms) / sizeof(forms[0]),
};

const struct ping_form *ping_form_find(const char *name)
{
    for (int i = 0; i < FORMS; i++)
        if (strcmp(forms[i].name, name) == 0)
            return &forms[i];
    return NULL;
}

const struct ping_form *ping_form_usual(void)
{
    return &forms[0];
}

bool ping_form_choices(size_t position, struct choice *out)
{
    if (position < FORMS)
        *out = (struct choice){.name = forms[position].name, .help = forms[position].help};
    return position < FORMS;
}
