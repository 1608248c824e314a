// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is known of a survey apart from its records: RESULTS.meta.json.
 *
 * It is written when the survey starts, so that even after SIGKILL the key is there to decode captures with,
 * and again when it ends. The keys of the file stand in one table, metadata_field.c, which both writes and
 * reads them.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/cpu_list.h"
#include "base/error_text.h"
#include "base/output_file.h"
#include "output/ledger.h"
#include "output/metadata_list.h"
#include "packet/layout.h"
#include "siphash.h"
#include "target/flow_hosts.h"
#include "target/host6.h"
#include "target/shard.h"

enum survey_state {
    SURVEY_RUNNING,
    SURVEY_FINISHED,
    SURVEY_INTERRUPTED,
    SURVEY_FAILED,
    SURVEY_STOPPED, /* before its end, by itself or because it was asked to: it can go on */
    SURVEY_STATES,
};

struct metadata_arguments {
    const char *const *values;
    size_t count;
};

struct metadata_graph {
    uint64_t interfaces, links;
    uint64_t ipv6_interfaces, ipv6_links; /* of those, and in the file where there are any */
    bool interfaces_complete; /* false where their memory was used up, and in the file only then */
    bool links_complete;      /* false where the memory for links was used up */
};

/* Names of what a file uses that a reader must know to read it rightly. */
struct metadata_requires {
    bool lists;         /* "list-files": long lists stand in files of their own (metadata_list.h) */
    bool shards;        /* "shards": it is of a part of the targets */
    bool flows_by_host; /* "flows-by-host": a target has another address for each flow */
    bool merged;        /* "merged": its shards have keys of their own, and `key` is that of one */
};

enum {
    METADATA_SCHEMA = 2, /* of the files that are written; those of old, without a number, are 1 */
};

/* A text that is NULL is null in the file. */
struct survey_metadata {
    uint32_t schema;
    struct metadata_requires requires;
    const char *version;
    struct metadata_arguments command_line;
    const char *directory; /* where that was given; NULL: not told, in files of old */
    uint64_t seed;         /* at most INT64_MAX: JSON readers know no larger integers */
    struct siphash_key key;
    const struct layout *layout; /* of probes over IPv4 (layout_pair_of()); not told of old: the usual one */
    uint32_t port;               /* include/layout.h; 0: the layout has none */
    uint32_t tags;               /* LAYOUT_TAGS; 0: of a survey before that was told */
    const char *host, *nic, *driver, *kernel, *xdp_mode;
    struct address source;
    uint8_t gateway_mac[6];
    uint32_t vlan;     /* 0: none */
    json_t *ways;      /* all interfaces of probes and replies; NULL: not known, in files of old */
    uint64_t start_us; /* Unix epoch */
    double asked_rate; /* probes per second; INFINITY: as fast as possible; NAN: to be found */
    struct clock_pairing clock;
    uint32_t granularity, granularity6, min_ttl, max_ttl, flows;
    enum flows_by flows_by;
    uint32_t per_prefix; /* 0: one target in each block */
    struct host6 host6;
    struct shard shard; /* `of` 0, or 1: it is not divided, null in the file */
    double cooldown;    /* seconds */
    uint64_t late_after_us;
    const char *strategy, *tx;
    const char *tx_auto;  /* why that `tx` was chosen; NULL: it was asked for */
    uint32_t threads;     /* senders */
    struct cpu_list cpus; /* of the senders, each's own first; empty: none is pinned */
    const char *contact;  /* in the payload of probes; NULL: none */
    json_t *gentle;       /* bounds that were asked for; NULL: none */
    json_t *receiving;    /* memory and threads for replies; NULL: not known */
    struct metadata_list targets, blocklist;
    bool allow_special;
    json_t *sim;     /* the simulator's options; NULL: the real network */
    uint64_t probes; /* that the survey consists of */
    bool pings;      /* its records are of pings, and have no such file; `interval` is in seconds */
    double interval;
    uint32_t attempts; /* of traces, whose records have no such file: probes per hop; 0: of a survey */
    enum survey_state state;
    uint32_t resumed;    /* how often it went on after a stop or a crash */
    json_t *parts;       /* of all its runs (survey/history.h); NULL: it was one */
    const char *stopped; /* why it stopped before its end; NULL: it did not */

    /* Null in the file until the survey has ended, or but for its end, while it runs, until it was counted. */
    bool ended, counted;
    uint64_t end_us;
    double achieved_rate;
    struct metadata_graph graph;
    json_t *
        limited; /* who answers too little of what he is asked (survey/limited_told.h); NULL: not looked for */
    json_t *figures;   /* what the strategy tells of itself (survey/figures_told.h); NULL: nothing */
    json_t *discovery; /* what was known when (survey/discovery.h); NULL: in files of old */
    uint64_t reached;  /* targets that answered themselves */
    struct ledger ledger;
    json_t *auto_rate;         /* what was found; NULL: the rate was given */
    json_t *back_pressure;     /* how the rate gave way; NULL: it never did */
    json_t *device_difference; /* the device's counters less the ledger's; NULL: not known */
    json_t *device_sent;       /* what devices say of probes that they took; NULL: they cannot tell */
    json_t *outages;           /* of the link; NULL: it had none */
    json_t *files;             /* names of numbered results (rotation.h); NULL: they are in one file */
    json_t *outputs;           /* names of all of them, without directories; NULL: there is one */
    json_t *merged;            /* what it was put together from (merge/); NULL: it is of one run */
    json_t *control;           /* what its operator changed (survey/steering.h); NULL: nothing */

    json_t *document; /* after metadata_read(): owns the texts */
};

/*
 * metadata_write() writes `path` anew, readable for its owner alone: a file that is whole takes the place of
 * the one before (base/output_file.h). 0 or a negative errno. metadata_stage() does all of that but the last
 * step, which is replacement_commit(), and may have it done by a keeper (base/late_files.h; NULL: not); after
 * an error there is nothing to discard.
 */
int metadata_stage(struct replacement *file, struct late_files *late, const char *path,
                   const struct survey_metadata *metadata);
int metadata_write(const char *path, const struct survey_metadata *metadata);

/* metadata_public_text() is the same text without the key of the tags, for files that others may read; to be
 * freed by the caller. NULL when memory is short. */
char *metadata_public_text(const struct survey_metadata *metadata);

/* metadata_whole_text() is what metadata_write() writes, for free(), with its length; NULL when memory is short.
 * metadata_write_text() writes such a text as metadata_write() does: another thread may, to which the metadata
 * itself is nothing. */
char *metadata_whole_text(const struct survey_metadata *metadata, size_t *length);
int metadata_write_text(struct late_files *late, const char *path, const char *text, size_t length);

/*
 * metadata_read() reads and checks every key that it knows, and the lists beside the file. Files of other
 * versions are read: what they lack has its usual value, and keys that are not known are passed over, unless
 * `requires` names something that must be known. 0, or a negative errno with a line in `error` that names the
 * file, the key and what is wrong. After success metadata_free() releases what `metadata` holds.
 */
int metadata_read(const char *path, struct survey_metadata *metadata, struct error_text *error);
void metadata_free(struct survey_metadata *metadata);

/* metadata_pick() is an object with some of the keys, as they stand in the file, for the caller to free; `keys`
 * ends with NULL, and has none of a list of prefixes. NULL when memory is short. */
json_t *metadata_pick(const struct survey_metadata *metadata, const char *const *keys);
/* survey_state_name() is the name of a state in the file. */
const char *survey_state_name(enum survey_state state);

/* metadata_path_for() is "RESULTS.meta.json", to be freed by the caller; NULL when memory is short. */
char *metadata_path_for(const char *results);
