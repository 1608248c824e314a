// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/knowledge.h"

#include "base/exit_code.h"
#include "base/log.h"
#include "survey/expected_rate.h"
#include "survey/gentleness.h"
#include "target/path.h"

enum {
    SECRET_OF_GRAPH = 0x6d6170, /* separates this secret from others derived from the key */
};

/* Returns how many answers may come between the answers of neighbouring hops; 0 where there is no bound. The
 * time between them is longest where every other probe is silent and is waited for. So there is at most one
 * answer per two probes. */
static uint64_t recent_answers(const struct survey_config *config)
{
    if (!config->strategy.ops->walks || gentleness_binds(config))
        return 0;
    return (uint64_t)(expected_rate(config) * STRATEGY_WALK_S / 2) + 1;
}

int knowledge_open(struct survey *survey)
{
    const struct survey_config *config = survey->config;
    const struct plan_config *plan = &config->plan->config;
    uint64_t targets = targets_count(config->plan->targets);
    const struct graph_config graph = {
        .paths = path_count(targets, plan->flows),
        .min_ttl = plan->min_ttl,
        .max_ttl = plan->max_ttl,
        .link_memory = config->link_memory,
        .recent = recent_answers(config),
        .interface_memory = config->interface_memory,
        .secret = siphash_u64(config->plan->config.layout.key, SECRET_OF_GRAPH),
    };

    survey->clock = clock_pair();
    survey->matcher = (struct matcher){
        .targets = config->plan->targets,
        .min_ttl = plan->min_ttl,
        .max_ttl = plan->max_ttl,
        .flows = plan->flows,
        .shard = (uint16_t)plan->shard.index,
        .late_after_us = config->late_after_us,
        .clock = survey->clock,
        .answered = &survey->answered,
        .allowance = &survey->allowance,
    };
    survey->graph = graph_create(&graph);
    if (!survey->graph ||
        answered_init(&survey->answered, targets, plan->flows, plan->max_ttl, config->duplicate_memory)) {
        log_error("survey: out of memory for the targets (%llu): lower --link-memory, --interface-memory "
                  "or --duplicate-memory",
                  (unsigned long long)targets);
        return EXIT_FAILED;
    }
    return EXIT_DONE;
}

void knowledge_close(struct survey *survey)
{
    graph_destroy(survey->graph);
    answered_free(&survey->answered);
}
