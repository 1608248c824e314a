// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/home.h"

#include <string.h>

#include "base/exit_code.h"
#include "base/log.h"
#include "host/cpus.h"
#include "survey/way_out.h"

/* Threads that depend on each other must not share a CPU, and must not move. If a sender and its helper
 * shared one, each would get only the time that the other leaves. */
static bool must_be_pinned(const struct survey *survey)
{
    return survey->tx->helpers || (survey->config->sim && way_out_beside_simulator(survey));
}

/* Called before anything is opened, so that options that do not fit this machine are refused at once. */
int home_place(struct survey *survey)
{
    const struct survey_config *config = survey->config;
    cpu_set_t available;
    const struct placement_config placement = {
        .senders = survey->sender_count,
        .helpers = survey->tx->helpers,
        .pin_one = must_be_pinned(survey),
        .asked = &config->cpus,
        .available = &available,
        .near = &survey->home.cpus,
    };
    struct error_text refused;
    int error = cpus_available(&available);

    if (error) {
        log_error("survey: cannot find out which CPUs there are: %s", strerror(-error));
        return EXIT_FAILED;
    }
    if (placement_make(&survey->placement, &placement, &refused)) {
        log_error("survey: %s", refused.text);
        return EXIT_UNUSABLE;
    }
    return EXIT_DONE;
}

/* Called when the device and the TX backend are known. Memory allocated, and threads started, afterwards
 * are near the device. */
int home_settle(struct survey *survey)
{
    if (survey->config->sim)
        return EXIT_DONE;
    numa_find_home("/sys", survey->ways.list[0].egress.link.name, &survey->home);
    if (survey->home.node >= 0 && numa_prefer(survey->home.node))
        log_debug("memory near %s cannot be requested", survey->ways.list[0].egress.link.name);
    return home_place(survey);
}

void home_leave(struct survey *survey)
{
    if (survey->home.node >= 0)
        numa_prefer(-1);
}
