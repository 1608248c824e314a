// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * All facts about a survey apart from its records: RESULTS.meta.json.
 *
 * It is written when the survey starts, so that even after SIGKILL the key to decode captures is there, and
 * again when the survey ends. The keys of the file are in one table, metadata_field.c, which is used to write
 * and to read them.
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
    SURVEY_STOPPED, /* before its end, by itself or on request: it can be continued */
    SURVEY_STATES,
};

struct metadata_arguments {
    const char *const *values;
    size_t count;
};

struct metadata_graph {
    uint64_t interfaces, links;
    uint64_t ipv6_interfaces, ipv6_links; /* included in the above; in the file only if above 0 */
    bool interfaces_complete;             /* false if their memory was used up; in the file only then */
    bool links_complete;                  /* false if the memory for links was used up */
};

/* Names of features of a file that a reader must know to read it correctly. */
struct metadata_requires {
    bool lists;         /* "list-files": long lists are in files of their own (metadata_list.h) */
    bool shards;        /* "shards": the survey covers a part of the targets */
    bool flows_by_host; /* "flows-by-host": each flow uses another address of the target */
    bool merged;        /* "merged": its shards have different keys, and `key` is one of them */
};

enum {
    METADATA_SCHEMA = 2, /* of written files; old files without a number have 1 */
};

/* A text that is NULL is null in the file. */
struct survey_metadata {
    uint32_t schema;
    struct metadata_requires requires;
    const char *version;
    struct metadata_arguments command_line;
    const char *directory; /* in which the command was given; NULL: unknown, in old files */
    uint64_t seed;         /* at most INT64_MAX, because JSON readers support no larger integers */
    struct siphash_key key;
    const struct layout *layout; /* of IPv4 probes (layout_pair_of()); old files lack it: the default one */
    uint32_t port;               /* see include/layout.h; 0: the layout has none */
    uint32_t tags;               /* LAYOUT_TAGS; 0: an older survey that does not record it */
    const char *host, *nic, *driver, *kernel, *xdp_mode;
    struct address source;
    uint8_t gateway_mac[6];
    uint32_t vlan;     /* 0: none */
    json_t *ways;      /* all interfaces of probes and replies; NULL: unknown, in old files */
    uint64_t start_us; /* Unix epoch */
    double asked_rate; /* probes per second; INFINITY: as fast as possible; NAN: to be found out */
    struct clock_pairing clock;
    uint32_t granularity, granularity6, min_ttl, max_ttl, flows;
    enum flows_by flows_by;
    uint32_t per_prefix; /* 0: one target per block */
    struct host6 host6;
    struct shard shard; /* `of` is 0 or 1: not divided, null in the file */
    double cooldown;    /* seconds */
    uint64_t late_after_us;
    const char *strategy, *tx;
    const char *tx_auto;  /* why `tx` was chosen; NULL: the user asked for it */
    uint32_t threads;     /* senders */
    struct cpu_list cpus; /* of the senders: first each sender's own; empty: none is pinned */
    const char *contact;  /* in the payload of probes; NULL: none */
    json_t *gentle;       /* the bounds asked for; NULL: none */
    json_t *receiving;    /* memory and threads for replies; NULL: unknown */
    struct metadata_list targets, blocklist;
    bool allow_special;
    json_t *sim;     /* the simulator's options; NULL: the real network */
    uint64_t probes; /* number of probes in the whole survey */
    bool pings;      /* its records are of pings, which have no metadata file; `interval` is in seconds */
    double interval;
    uint32_t attempts; /* probes per hop of traces, which have no metadata file; 0: a survey */
    enum survey_state state;
    uint32_t resumed;    /* how often it continued after a stop or a crash */
    json_t *parts;       /* all its runs (survey/history.h); NULL: there was one */
    const char *stopped; /* why it stopped before its end; NULL: it did not */

    /* Keys of the end are null in the file until the survey has ended. While it runs, all others but the end
     * itself are null until it was counted. */
    bool ended, counted;
    uint64_t end_us;
    double achieved_rate;
    struct metadata_graph graph;
    json_t *
        limited; /* responders that answer only a small part of their probes (survey/limited_told.h); NULL: unknown */
    json_t *figures;   /* figures of the strategy itself (survey/figures_told.h); NULL: none */
    json_t *discovery; /* what was known when (survey/discovery.h); NULL: in old files */
    uint64_t reached;  /* targets that answered themselves */
    struct ledger ledger;
    json_t *auto_rate;         /* the rate that was found; NULL: the rate was given */
    json_t *back_pressure;     /* how the rate was reduced; NULL: it never was */
    json_t *device_difference; /* the device's counters minus the ledger's; NULL: unknown */
    json_t *device_sent;       /* the devices' own counts of probes taken; NULL: they have none */
    json_t *outages;           /* of the link; NULL: none */
    json_t *files;             /* names of numbered results (rotation.h); NULL: there is one file */
    json_t *outputs;           /* names of all outputs, without directories; NULL: there is one */
    json_t *merged;            /* the parts that were merged (merge/); NULL: a single run */
    json_t *control;           /* what the operator changed (survey/steering.h); NULL: nothing */

    json_t *document; /* set by metadata_read(): owns the texts */
};

/*
 * metadata_write() writes `path` anew, readable by its owner only: a complete file replaces the one before
 * (base/output_file.h). Returns 0 or a negative errno. metadata_stage() does the same without the last step,
 * which is replacement_commit(). With `late`, a keeper opens the new file, and later replaces the old one by
 * it (base/late_files.h); NULL: this process does. After an error there is nothing to discard.
 */
int metadata_stage(struct replacement *file, struct late_files *late, const char *path,
                   const struct survey_metadata *metadata);
int metadata_write(const char *path, const struct survey_metadata *metadata);

/* metadata_public_text() returns the same text without the key of the tags, for files that others may read.
 * The caller frees it; NULL when memory is short. */
char *metadata_public_text(const struct survey_metadata *metadata);

/* metadata_whole_text() returns the text that metadata_write() writes, and its length; the caller frees it.
 * NULL when memory is short. metadata_write_text() writes such a text as metadata_write() does; another
 * thread may call it, because it does not use the metadata itself. */
char *metadata_whole_text(const struct survey_metadata *metadata, size_t *length);
int metadata_write_text(struct late_files *late, const char *path, const char *text, size_t length);

/*
 * metadata_read() reads and checks every key that it knows, and the lists beside the file. Files of other
 * versions are accepted: missing keys get their default values, and unknown keys are ignored, unless
 * `requires` names an unknown feature. Returns 0, or a negative errno with a line in `error` that names the
 * file, the key and the problem. After success metadata_free() frees what `metadata` holds.
 */
int metadata_read(const char *path, struct survey_metadata *metadata, struct error_text *error);
void metadata_free(struct survey_metadata *metadata);

/* metadata_pick() returns an object with some of the keys, as they are in the file; the caller frees it.
 * `keys` ends with NULL, and contains no list of prefixes. NULL when memory is short. */
json_t *metadata_pick(const struct survey_metadata *metadata, const char *const *keys);
/* survey_state_name() returns the name of a state in the file. */
const char *survey_state_name(enum survey_state state);

/* metadata_path_for() returns "RESULTS.meta.json", which the caller frees; NULL when memory is short. */
char *metadata_path_for(const char *results);
