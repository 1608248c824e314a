// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/share.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

/* Thousandths, or 0 and 1 for a switch. docs/simulator.md, "Calibration", has the sources of the figures. */
struct share {
    const char *name;
    size_t option, behaviour; /* offsets of the fields */
    uint32_t internet, ideal;
    bool routed; /* decides routes, or who answers: a topology made of data takes this from its data */
    bool is_switch;
    bool required; /* in metadata, because it exists since the first version */
};

#define FIELDS(option_field, behaviour_field)                                                                \
    TYPED_OFFSET(struct sim_options, option_field, uint32_t),                                                \
        TYPED_OFFSET(struct sim_behaviour, behaviour_field, uint32_t)
#define PERMILLE(name) FIELDS(name##_permille, name##_permille)

static const struct share shares[] = {
    {"silent", PERMILLE(silent), 120, 0, .routed = true, .required = true},
    {"answering", PERMILLE(answering), 80, 1000, .routed = true, .required = true},
    {"balancers", PERMILLE(balanced), 390, 0, .routed = true},
    {"loops", PERMILLE(loop), 27, 0, .routed = true},
    {"mpls", PERMILLE(tunnel), 500, 0, .routed = true},
    {"aliases", PERMILLE(alias), 50, 0, .routed = true},
    {"parting", PERMILLE(parting), 0, 0, .routed = true},
    {"alike", PERMILLE(alike), 0, 0, .routed = true},
    {"churn", PERMILLE(churn), 0, 0, .routed = true},
    {"long-quotations", PERMILLE(long_quotation), 300, 0, .routed = false},
    {"middleboxes", PERMILLE(middlebox), 5, 0, .routed = false},
    {"bogus", PERMILLE(bogus), 2, 0, .routed = false},
    {"firewalls", PERMILLE(firewall), 300, 0, .routed = true},
    {"rate-limits", FIELDS(rate_limits, rate_limits), 1, 0, .is_switch = true},
};

enum { SHARES = sizeof(shares) / sizeof(shares[0]) };

static bool to_permille(double percent, uint32_t *permille)
{
    double rounded = round(percent * 10);

    if (!(percent >= 0 && percent <= 100) || fabs(rounded - percent * 10) > 1e-6)
        return false;
    *permille = (uint32_t)rounded;
    return true;
}

int sim_option_share(const struct option_spec *spec, const char *text, void *field, struct error_text *error)
{
    char *end;
    double percent = strtod(text, &end);

    (void)spec;
    if (end == text || *end || strspn(text, "0123456789.") != strlen(text) || !to_permille(percent, field))
        return error_text_set(error, -EINVAL, "'%s' is not a percentage from 0 to 100 such as 12 or 12.5",
                              text);
    return 0;
}

int sim_option_switch(const struct option_spec *spec, const char *text, void *field, struct error_text *error)
{
    bool on = strcmp(text, "on") == 0;

    (void)spec;
    if (!on && strcmp(text, "off") != 0)
        return error_text_set(error, -EINVAL, "'%s' is neither on nor off", text);
    *(sim_option_switch_field *)field = on;
    return 0;
}

static uint32_t *field_of(void *structure, size_t offset)
{
    return (uint32_t *)(void *)((char *)structure + offset);
}

static uint32_t value_of(const void *structure, size_t offset)
{
    return *(const uint32_t *)(const void *)((const char *)structure + offset);
}

int sim_shares_resolve(const struct sim_options *options, const struct sim_kind *kind, bool internet,
                       struct sim_behaviour *out)
{
    for (size_t i = 0; i < SHARES; i++) {
        const struct share *share = &shares[i];
        bool told_by_kind = kind->kernel || (share->routed && kind->as_given);
        uint32_t value = value_of(options, share->option);

        if (value == SIM_AS_REALISM_SAYS)
            value = internet && !told_by_kind ? share->internet : share->ideal;
        if (told_by_kind && value != share->ideal) {
            log_error("sim: how topology '%s' behaves is determined by %s: leave out %s", kind->name,
                      kind->kernel ? "the kernel" : "its file", share->name);
            return -EINVAL;
        }
        *field_of(out, share->behaviour) = value;
    }
    return 0;
}

int sim_shares_write(const struct sim_behaviour *behaviour, json_t *object)
{
    for (size_t i = 0; i < SHARES; i++) {
        uint32_t value = value_of(behaviour, shares[i].behaviour);
        json_t *json = shares[i].is_switch ? json_boolean(value) : json_real(value / 10.0);

        if (json_object_set_new(object, shares[i].name, json))
            return -ENOMEM;
    }
    return 0;
}

static bool read_value(const struct share *share, const json_t *json, uint32_t *value)
{
    if (!json && !share->required) {
        *value = share->ideal;
        return true;
    }
    if (!share->is_switch)
        return json_is_number(json) && to_permille(json_number_value(json), value);
    *value = json_is_true(json);
    return json_is_boolean(json);
}

int sim_shares_take(json_t *object, struct sim_options *options)
{
    for (size_t i = 0; i < SHARES; i++) {
        const struct share *share = &shares[i];

        if (!read_value(share, json_object_get(object, share->name), field_of(options, share->option))) {
            log_error("sim options in the metadata: '%s' is missing or not %s", share->name,
                      share->is_switch ? "true or false" : "a percentage");
            return -EINVAL;
        }
        json_object_del(object, share->name);
    }
    return 0;
}
