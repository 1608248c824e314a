// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/line_options.h"

#include <string.h>

#include "base/clock.h"
#include "mix.h"

struct sim_line_options sim_line_options_default(void)
{
    enum {
        QUEUE = 256 << 10, /* 21 ms at 100 Mbit/s: the buffer of access routers without bufferbloat */
        MEMORY = 64 << 20,
    };

    return (struct sim_line_options){.out.queue = QUEUE, .back.queue = QUEUE, .memory = MEMORY};
}

bool sim_rtt_choices(size_t position, struct choice *out)
{
    static const struct choice models[] = {
        {.name = SIM_RTT_INTERNET, .help = "by the distance between the places"},
        {.name = SIM_RTT_OFF, .help = "replies take no time"},
    };

    return choice_of(models, sizeof(models) / sizeof(models[0]), position, out);
}

static struct sim_impairment impairment_of(const struct sim_way_options *way)
{
    double bytes_per_second = way->bandwidth / 8;

    return (struct sim_impairment){
        .loss_permille = way->loss,
        .duplicate_permille = way->duplicate,
        .reorder_permille = way->reorder,
        .corrupt_permille = way->corrupt,
        .bytes_per_second = (uint64_t)bytes_per_second,
        .queue_ns = way->bandwidth > 0 ? (uint64_t)((double)way->queue / bytes_per_second * NS_PER_S) : 0,
    };
}

struct sim_line_config sim_line_configure(const struct sim_line_options *options, uint64_t seed, bool rtt)
{
    return (struct sim_line_config){
        .rtt = options->rtt ? strcmp(options->rtt, SIM_RTT_OFF) != 0 : rtt,
        .rtt_key = mix64(seed ^ 0x727474), /* "rtt": separates it from other values derived from the seed */
        .memory = options->memory,
        .always = sim_faults_need_line(&options->faults),
        .out = impairment_of(&options->out),
        .back = impairment_of(&options->back),
    };
}
