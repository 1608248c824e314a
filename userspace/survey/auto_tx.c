// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/auto_tx.h"

#include <stdio.h>

#include "base/exit_code.h"
#include "base/log.h"
#include "survey/way_in.h"
#include "survey/way_out.h"

static void choose(struct survey *survey, struct tx_facts *facts)
{
    const struct survey_config *config = survey->config;
    struct tx_choice choice;

    facts->layout = layout_pair_longest(&config->plan->layouts);
    facts->rate = config->rate;
    facts->senders = survey->sender_count;
    tx_facts_of_host(facts);
    if (config->cpus.count)
        facts->cpus = config->cpus.count;
    tx_choose(facts, &choice);
    survey->tx = choice.tx;
    snprintf(survey->tx_why, sizeof(survey->tx_why), "%s", choice.why);
}

/* Called before there is a device, because the device is made to suit the choice. Each family has a way of
 * its own. */
static void choose_in_simulator(struct survey *survey)
{
    const struct layout_pair *families = &survey->config->plan->layouts;
    struct tx_facts facts = {
        .simulated = true,
        .live_end = survey->config->sim_topology->kind != SIM_LINUX,
        .ways = (families->ipv4.layout != NULL) + (families->ipv6.layout != NULL),
    };

    choose(survey, &facts);
}

void auto_tx_begin(struct survey *survey)
{
    survey->tx = survey->config->tx ? survey->config->tx : &tx_ring;
    if (!survey->config->tx && survey->config->sim)
        choose_in_simulator(survey);
}

int auto_tx_choose(struct survey *survey)
{
    struct tx_device devices[WAYS_MAX];
    struct tx_facts facts = {
        .ways = survey->ways.count,
        .devices = devices,
        .device_count = survey->outlet_count,
    };

    if (survey->config->tx || survey->config->sim)
        return EXIT_DONE;
    for (unsigned i = 0; i < survey->outlet_count; i++)
        tx_device_read(way_out_link(survey, &survey->outlets[i]), &devices[i]);
    choose(survey, &facts);
    return EXIT_DONE;
}

void auto_tx_tell(const struct survey *survey)
{
    if (!survey->config->tx && !survey->config->quiet)
        log_info("--tx auto uses %s: %s", survey->tx->name, survey->tx_why);
}

bool auto_tx_fall_back(struct survey *survey, const char *why)
{
    if (survey->config->tx || survey->tx == &tx_ring)
        return false;
    log_warning("--tx auto would use %s, which does not work on %s (%s): it uses ring", survey->tx->name,
                survey->ways.list[0].egress.link.name, why);
    snprintf(survey->tx_why, sizeof(survey->tx_why), "%s does not work: %s", survey->tx->name, why);
    survey->tx = &tx_ring;
    return true;
}

/* Returns which announced feature the driver does not provide; NULL: it provides all. */
static const char *find_shortfall(struct survey *survey, const struct outlet *outlet)
{
    unsigned index = way_out_link(survey, outlet)->index;

    if (survey->tx->xdp_frames && way_in_find(survey, index)->xdp_mode == XDP_MODE_GENERIC)
        return "the driver refuses a native XDP program";
    if (survey->tx->uses_xdp_socket && !way_in_is_zero_copy(survey, index))
        return "the driver copies anyway";
    return NULL;
}

bool auto_tx_falls_short(struct survey *survey)
{
    const char *why = NULL;

    for (unsigned i = 0; !survey->config->tx && !why && i < survey->outlet_count; i++)
        why = find_shortfall(survey, &survey->outlets[i]);
    return why && auto_tx_fall_back(survey, why);
}
