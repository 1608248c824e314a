// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench/bench.h"
#include "host/privilege.h"

const struct bench_stage bench_stages[BENCH_STAGES] = {
    [BENCH_STAGE_CRAFT] = {.name = "craft",
                           .help = "order, look-ups and crafting of probes, into memory",
                           .has_batch = true,
                           .backend = "memory",
                           .device = "memory",
                           .measure = bench_measure_tx},
    [BENCH_STAGE_TX] = {.name = "tx",
                        .help = "the same through a TX backend into a device",
                        .uses_tx = true,
                        .has_batch = true,
                        .privileges =
                            PRIVILEGE_NET_RAW | PRIVILEGE_NET_ADMIN | PRIVILEGE_SYS_ADMIN | PRIVILEGE_BPF,
                        .measure = bench_measure_tx},
    [BENCH_STAGE_RX] = {.name = "rx",
                        .help = "replies from the far end of a veth pair, from filter to writer",
                        .uses_veth = true,
                        .uses_replies = true,
                        .backend = "xsk",
                        .device = "veth",
                        .privileges = PRIVILEGE_NET_RAW | PRIVILEGE_NET_ADMIN | PRIVILEGE_SYS_ADMIN |
                                      PRIVILEGE_BPF | PRIVILEGE_PERFMON,
                        .measure = bench_measure_rx},
    [BENCH_STAGE_MATCH] = {.name = "match",
                           .help = "replies in memory: decoded, matched, into graph and writer",
                           .uses_replies = true,
                           .has_world = true,
                           .backend = "memory",
                           .device = "memory",
                           .measure = bench_measure_match},
};

bool bench_stage_choices(size_t position, struct choice *out)
{
    if (position == BENCH_STAGES)
        *out = (struct choice){.name = BENCH_ALL_STAGES, .help = "all stages, one after the other"};
    else if (position < BENCH_STAGES)
        *out = (struct choice){.name = bench_stages[position].name, .help = bench_stages[position].help};
    return position <= BENCH_STAGES;
}
