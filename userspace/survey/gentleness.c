// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/gentleness.h"

#include <math.h>

#include "base/clock.h"

bool gentleness_binds(const struct survey_config *config)
{
    return config->bounds.per_prefix > 0 || config->bounds.per_hop > 0;
}

int gentleness_open(struct survey *survey)
{
    const struct survey_config *config = survey->config;

    if (!gentleness_binds(config))
        return 0;
    const struct targets *targets = config->plan->targets;
    bool owned = config->bounds.per_prefix > 0 && spacing_is_owned(targets, survey->sender_count);

    return spacing_open(&survey->spacing, config->bounds.per_prefix, config->bounds.per_hop,
                        targets_count(targets), survey->sender_count, owned);
}

void gentleness_close(struct survey *survey)
{
    spacing_close(&survey->spacing);
}

int gentleness_open_strategy(struct survey *survey, const struct strategy_config *config,
                             struct strategy **out)
{
    const struct strategy_ops *ops = survey->config->strategy.ops;

    return gentleness_binds(survey->config) ? gentle_open(out, ops, config, &survey->spacing)
                                            : ops->open(out, config);
}

struct gentle_totals gentleness_totals(const struct survey *survey)
{
    struct gentle_totals sum = {0};

    for (unsigned i = 0; gentleness_binds(survey->config) && i < survey->sender_count; i++) {
        struct gentle_totals one = gentle_totals(survey->senders[i].sender.strategy);

        sum.kept += one.kept;
        sum.held_ns += one.held_ns;
    }
    return sum;
}

/* Null where no bound was asked for, or it was removed again. */
static json_t *bound_json(double rate)
{
    return rate > 0 && isfinite(rate) ? json_real(rate) : json_null();
}

json_t *gentleness_json(const struct survey *survey)
{
    const struct gentle_bounds *bounds = &survey->config->bounds;
    struct gentle_totals totals = gentleness_totals(survey);

    if (!gentleness_binds(survey->config))
        return NULL;
    return json_pack("{s:o, s:o, s:I, s:f}", "max_per_prefix", bound_json(bounds->per_prefix), "max_per_hop",
                     bound_json(bounds->per_hop), "kept", (json_int_t)totals.kept, "held_seconds",
                     (double)totals.held_ns / (double)NS_PER_S / survey->sender_count);
}
