// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/strategy.h"

#include <errno.h>
#include <string.h>

static const struct strategy_ops *const strategies[] = {
    &strategy_exhaustive,
    &strategy_adaptive,
    &strategy_flashroute,
    &strategy_multipath,
};

enum {
    STRATEGIES = sizeof(strategies) / sizeof(strategies[0]),
    HEADING_SIZE = 96, /* a line of the file: the longest name, and a version */
};

const struct strategy_ops *strategy_at(size_t position)
{
    return position < STRATEGIES ? strategies[position] : NULL;
}

const struct strategy_ops *strategy_find(const char *text)
{
    size_t length = strcspn(text, ",");

    for (size_t i = 0; i < STRATEGIES; i++)
        if (strlen(strategies[i]->name) == length && strncmp(strategies[i]->name, text, length) == 0)
            return strategies[i];
    return NULL;
}

bool strategy_choices(size_t position, struct choice *out)
{
    const struct strategy_ops *ops = strategy_at(position);

    if (ops)
        *out = (struct choice){.name = ops->name, .help = ops->help, .options = ops->options};
    return ops;
}

uint64_t strategy_left(const struct strategy *strategy)
{
    return strategy->ops->left ? strategy->ops->left(strategy) : STRATEGY_LEFT_UNKNOWN;
}

size_t strategy_figures(const struct strategy *strategy, struct strategy_figure out[STRATEGY_FIGURES])
{
    return strategy->ops->figures ? strategy->ops->figures(strategy, out) : 0;
}

unsigned strategy_usual_flows(const struct strategy_choice *choice)
{
    return choice->ops->usual_flows ? choice->ops->usual_flows(choice->options) : 1;
}

size_t strategy_limited(const struct strategy *strategy, struct limited_hop *out, size_t n)
{
    return strategy->ops->limited ? strategy->ops->limited(strategy, out, n) : 0;
}

void strategy_retry(struct strategy *strategy)
{
    if (strategy->ops->retry)
        strategy->ops->retry(strategy);
}

void strategy_kept(struct strategy *strategy, const struct probe *probe)
{
    if (strategy->ops->kept)
        strategy->ops->kept(strategy, probe);
}

void strategy_let_go(struct strategy *strategy, const struct probe *probe, uint64_t now_ns)
{
    if (strategy->ops->let_go)
        strategy->ops->let_go(strategy, probe, now_ns);
}

void strategy_unsent(struct strategy *strategy, const struct probe *probe, enum unsent_why why)
{
    if (strategy->ops->unsent)
        strategy->ops->unsent(strategy, probe, why);
}

/* "exhaustive 1\n": a person who opens a state file sees what it is. */
static void heading(const struct strategy_ops *ops, char out[HEADING_SIZE])
{
    snprintf(out, HEADING_SIZE, "%s %u\n", ops->name, ops->state_version);
}

int strategy_save(const struct strategy *strategy, FILE *out)
{
    char line[HEADING_SIZE];

    if (!strategy->ops->save)
        return -EOPNOTSUPP;
    heading(strategy->ops, line);
    return fputs(line, out) < 0 ? -EIO : strategy->ops->save(strategy, out);
}

int strategy_load(struct strategy *strategy, FILE *in)
{
    char wanted[HEADING_SIZE], line[HEADING_SIZE];

    if (!strategy->ops->load)
        return -EOPNOTSUPP;
    heading(strategy->ops, wanted);
    if (!fgets(line, sizeof(line), in))
        return -EINVAL;
    return strcmp(line, wanted) == 0 ? strategy->ops->load(strategy, in) : -ESTALE;
}
