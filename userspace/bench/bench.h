// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What this machine can do, stage by stage of the way of a probe:
 *
 *   craft   order, address, blocklist, pacer, crafting: into memory         sender_step(), as in a survey
 *   tx      the same, through a TX backend into a device                    sender_step(), send/
 *   rx      replies from the far end of a veth pair, from filter to writer  reply filter to receiver_step()
 *   match   replies in memory: decoded, matched, into graph and writer      receiver_step()
 *
 * Every stage is measured with every combination of the settings that affect it; each gives one result.
 * Combinations are measured in turns, so that other load on the machine affects all of them alike.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/choices.h"
#include "base/stop_signal.h"
#include "bench/crew.h"
#include "bench/device.h"
#include "bench/reply_mix.h"
#include "bench/result.h"
#include "packet/layout.h"
#include "send/tx.h"
#include "target/address_set.h"
#include "target/targets.h"

enum {
    BENCH_LIST_MAX = 16,
    BENCH_TURNS_MAX = 15,
};

enum bench_device_kind {
    BENCH_NULL,
    BENCH_VETH,
    BENCH_REAL,
    BENCH_DEVICES,
};

/* What to measure. */
struct bench_config {
    unsigned stages;  /* a set of 1 << enum bench_stage_position */
    unsigned devices; /* a set of 1 << enum bench_device_kind, for tx */
    const struct tx_ops *tx[BENCH_LIST_MAX];
    size_t tx_count;
    uint32_t threads[BENCH_LIST_MAX], batches[BENCH_LIST_MAX];
    size_t thread_counts, batch_counts;
    struct layout_choice layout;            /* of probes and replies */
    unsigned size;                          /* of constant frames; 0: probes in survey order */
    uint32_t slots;                         /* of TX rings; 0: each backend's default */
    uint64_t duration_ns;                   /* of all turns of a combination together */
    unsigned turns;                         /* 1 … BENCH_TURNS_MAX */
    uint64_t links, interfaces;             /* of a large world, for the stage match; 0 links: none */
    char world_name[LARGE_WORLD_NAME_SIZE]; /* its name in results */

    /* BENCH_REAL */
    struct link_info link;
    struct address source;
    uint8_t next_hop_mac[6];
};

/* The devices that are created for measurements: BENCH_NULL … BENCH_REAL - 1. */
choice_at bench_device_choices;

/* bench_device_name() returns the name used in results: "null", "veth", or the interface's name. */
const char *bench_device_name(const struct bench_config *config, enum bench_device_kind device);

struct bench;

/* One combination of settings. */
struct bench_setting {
    const struct bench_stage *stage;
    const struct tx_ops *tx; /* NULL: the stage has no backends */
    enum bench_device_kind device;
    unsigned threads, batch;
    bool large; /* replies come from the large world */
};

/* Positions in bench_stages, in the order of a probe's way. */
enum bench_stage_position {
    BENCH_STAGE_CRAFT,
    BENCH_STAGE_TX,
    BENCH_STAGE_RX,
    BENCH_STAGE_MATCH,
    BENCH_STAGES,
};

struct bench_stage {
    const char *name;
    const char *help;
    bool uses_tx;                 /* is measured with every backend and device */
    bool uses_veth;               /* needs the veth pair */
    bool uses_replies;            /* needs replies in memory */
    bool has_batch;               /* is measured with every batch */
    bool has_world;               /* is measured in the large world, too, if one is configured */
    const char *backend, *device; /* names used in results, if the stage has only one of each */
    unsigned privileges;          /* enum privilege, in addition to those of the backend */
    /* Measures one turn of `turn_ns`. Returns 0, -EINTR if a signal came, or another negative errno. */
    int (*measure)(struct bench *bench, const struct bench_setting *setting, struct bench_result *out);
};

extern const struct bench_stage bench_stages[BENCH_STAGES];

/* The stages by name, followed by BENCH_ALL_STAGES. */
#define BENCH_ALL_STAGES "all"
choice_at bench_stage_choices;

/* What the stages share while they run. */
struct bench {
    const struct bench_config *config;
    struct crew_cpus cpus;
    uint64_t turn_ns;
    struct bench_device devices[BENCH_DEVICES];
    struct targets *targets, *real_targets; /* for created devices and memory; for the real interface */
    struct address_set *blocklist;
    struct reply_mix mix, large_mix;
    struct large_world world; /* for large_mix */
    struct stop_signals signals;
    int signal; /* the signal that came; 0: none */
};

/* bench_wait() waits for `duration_ns`. Returns 0, or -EINTR at once if a signal comes or has come. */
int bench_wait(struct bench *bench, uint64_t duration_ns);

/*
 * bench_run() measures everything that `config` contains. `results` becomes what was measured, also after a
 * failure; to be freed by the caller. Returns 0; a signal's number; or a negative errno after one line on
 * stderr.
 */
int bench_run(const struct bench_config *config, struct bench_result **results, size_t *count);

/* The stages: one file each. */
int bench_measure_tx(struct bench *bench, const struct bench_setting *setting, struct bench_result *out);
int bench_measure_rx(struct bench *bench, const struct bench_setting *setting, struct bench_result *out);
int bench_measure_match(struct bench *bench, const struct bench_setting *setting, struct bench_result *out);
