// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/fault.h"

#include <errno.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "sim/mischief.h"

static const struct sim_fault_kind kinds[] = {
    {
        .name = "link-down",
        .more = "[@TIME][:TIME]",
        .help = "no carrier for a time",
        OPTION_FIELD(option_seconds, struct sim_fault, duration_ns),
        .at_ns = NS_PER_S,
        .duration_ns = 500 * NS_PER_MS,
        .privileged = true,
        .run = mischief_cut_link,
    },
    {
        .name = "mac-change",
        .more = "[@TIME]",
        .help = "the gateway has another MAC address",
        .at_ns = NS_PER_S,
        .privileged = true,
        .run = mischief_change_mac,
    },
    {
        .name = "rx-overrun",
        .more = "[@TIME][:TIME]",
        .help = "the receivers do not run for a time",
        OPTION_FIELD(option_seconds, struct sim_fault, duration_ns),
        .at_ns = NS_PER_S,
        .duration_ns = 300 * NS_PER_MS,
        .needs_line = true,
        .privileged = true,
        .run = mischief_overrun_receiver,
    },
    {
        .name = "flood",
        .more = "[@TIME][:RATE]",
        .help = "forged replies",
        OPTION_FIELD(option_rate, struct sim_fault, rate),
        .rate = INFINITY,
        .needs_line = true,
        .sends = true,
        .run = mischief_flood,
    },
    {
        .name = "replay",
        .more = "[@TIME][:RATE]",
        .help = "true replies, repeated",
        OPTION_FIELD(option_rate, struct sim_fault, rate),
        .rate = INFINITY,
        .needs_line = true,
        .sends = true,
        .run = mischief_replay,
    },
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

bool sim_fault_choices(size_t position, struct choice *out)
{
    if (position >= KINDS)
        return false;
    *out = (struct choice){
        .name = kinds[position].name, .more = kinds[position].more, .help = kinds[position].help};
    return true;
}

static const struct sim_fault_kind *find_kind(const char *text, size_t length)
{
    for (size_t i = 0; i < KINDS; i++)
        if (strlen(kinds[i].name) == length && memcmp(kinds[i].name, text, length) == 0)
            return &kinds[i];
    return NULL;
}

static int parse_at(const char *text, size_t length, uint64_t *at_ns, struct error_text *error)
{
    char copy[32];

    if (length >= sizeof(copy))
        return error_text_set(error, -EINVAL, "'%s' does not begin with a time such as 2s or 500ms", text);
    snprintf(copy, sizeof(copy), "%.*s", (int)length, text);
    return option_seconds(&(struct option_spec){0}, copy, at_ns, error);
}

static int parse_value(const char *text, struct sim_fault *fault, struct error_text *error)
{
    if (!fault->kind->parse)
        return error_text_set(error, -EINVAL, "'%s' is too much: the only value of %s is a time", text,
                              fault->kind->name);
    return fault->kind->parse(&(struct option_spec){0}, text, (char *)fault + fault->kind->offset, error);
}

static int parse_fault(const char *text, struct sim_fault *fault, struct error_text *error)
{
    size_t name = strcspn(text, "@:");
    const struct sim_fault_kind *kind = find_kind(text, name);
    const char *rest = text + name;
    int result = 0;

    if (!kind)
        return choices_refuse(sim_fault_choices, text, error);
    *fault = (struct sim_fault){kind, kind->at_ns, kind->duration_ns, kind->rate};
    if (*rest == '@') {
        size_t length = strcspn(rest + 1, ":");

        result = parse_at(rest + 1, length, &fault->at_ns, error);
        rest += 1 + length;
    }
    return result || !*rest ? result : parse_value(rest + 1, fault, error);
}

int sim_option_fault(const struct option_spec *spec, const char *text, void *field, struct error_text *error)
{
    sim_option_fault_field *faults = field;

    (void)spec;
    if (faults->count == SIM_FAULTS_MAX)
        return error_text_set(error, -EINVAL, "'%s' is one fault too many: at most %d are possible", text,
                              SIM_FAULTS_MAX);
    int result = parse_fault(text, &faults->list[faults->count], error);
    faults->count += !result;
    return result;
}

bool sim_faults_need_line(const struct sim_faults *faults)
{
    for (unsigned i = 0; i < faults->count; i++)
        if (faults->list[i].kind->needs_line)
            return true;
    return false;
}
