// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/way_in_memory.h"

#include "base/exit_code.h"
#include "base/log.h"
#include "base/number.h"
#include "survey/expected_rate.h"

/* All replies may come in by one entrance, so the one with the fewest queues determines what a queue
 * needs. */
static void count_queues(const struct survey *survey, unsigned *all, unsigned *fewest)
{
    *all = 0;
    *fewest = survey->entrances[0].link.rx_queues;
    for (unsigned i = 0; i < survey->entrance_count; i++) {
        unsigned queues = survey->entrances[i].link.rx_queues;

        *all += queues;
        if (queues < *fewest)
            *fewest = queues;
    }
}

static const char *fewer_queues(const struct survey_config *config)
{
    return config->sim ? "--sim=queues=N" : "ethtool -L";
}

/* A strategy that walks searches for the last TTL that answers, so at most every other probe is answered. */
static double expected_replies(const struct survey_config *config)
{
    double rate = expected_rate(config);

    return config->strategy.ops->walks ? rate / 2 : rate;
}

int way_in_share_memory(struct survey *survey)
{
    const struct survey_config *config = survey->config;
    const char *interface = survey->entrances[0].link.name;
    char given[SIZE_TEXT_SIZE], needed[SIZE_TEXT_SIZE];
    unsigned queues, fewest;

    count_queues(survey, &queues, &fewest);
    survey->umem = umem_budget_make(expected_replies(config), queues, fewest,
                                    config->strategy.ops->walks ? UMEM_WALK_CHUNKS : UMEM_MOST_CHUNKS,
                                    config->umem_memory);
    size_format(config->umem_memory, given);
    if (!survey->umem.chunks) {
        log_error(
            "survey: %s of memory for replies that wait is too little for the RX queues of %s%s, %u: give "
            "--umem-memory %s, or have fewer queues (%s)",
            given, interface, survey->entrance_count > 1 ? " and others" : "", queues,
            size_format(umem_budget_least(queues), needed), fewer_queues(config));
        return EXIT_UNUSABLE;
    }
    if (umem_budget_is_short(&survey->umem))
        log_info(
            "replies may wait in %s on the RX queues of %s%s, %u, and %s would be better: --umem-memory, or "
            "fewer queues (%s)",
            given, interface, survey->entrance_count > 1 ? " and others" : "", queues,
            size_format(survey->umem.wanted, needed), fewer_queues(config));
    return EXIT_DONE;
}
