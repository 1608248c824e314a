// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The keys of a metadata file: a table in metadata_field.c. The kinds of values are in metadata_scalar.c and
 * metadata_compound.c. For metadata.c only.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* How values of a kind are written to JSON and read back. */
struct metadata_kind {
    const char *expected; /* "an address", for messages */
    /* Returns a new reference, or NULL when memory is short. */
    json_t *(*encode)(const void *value);
    /* Returns false if the JSON is not of the expected form. Texts and objects are borrowed from it. */
    bool (*decode)(const json_t *json, void *value);
    /* Used instead of encode() for values too large for a JSON object. */
    void (*stream)(const void *value, FILE *out);
};

struct metadata_field {
    const char *key;
    const struct metadata_kind *kind;
    size_t offset;    /* in struct survey_metadata */
    json_int_t least; /* of numbers: this and the next are the bounds */
    json_int_t most;  /* 0: no bounds */
    bool at_end;      /* null until the survey has ended, or was counted */
    bool of_end;      /* one of these that describes the end: null until then */
    bool needed;      /* has no default; other keys may be missing */
    json_int_t usual; /* default of numbers; others have 0, false or NULL */
};

/* metadata_requires_unknown() returns the first name in an array of requirements that this version does not
 * know; NULL: it knows all. */
const char *metadata_requires_unknown(const json_t *array);

/* The last entry has no key. */
extern const struct metadata_field metadata_fields[];

extern const struct metadata_kind metadata_text;       /* const char *; NULL is null */
extern const struct metadata_kind metadata_number32;   /* uint32_t */
extern const struct metadata_kind metadata_number64;   /* uint64_t */
extern const struct metadata_kind metadata_optional32; /* uint32_t; 0 is null */
extern const struct metadata_kind metadata_layout;     /* const struct layout * */
extern const struct metadata_kind metadata_rate;       /* double; INFINITY is null, NAN "auto" */
extern const struct metadata_kind metadata_seconds;    /* double */
extern const struct metadata_kind metadata_boolean;    /* bool */
extern const struct metadata_kind metadata_key;        /* struct siphash_key */
extern const struct metadata_kind metadata_address;    /* struct address */
extern const struct metadata_kind metadata_host6;      /* struct host6 */
extern const struct metadata_kind metadata_flows_by;   /* enum flows_by */
extern const struct metadata_kind metadata_shard;      /* struct shard; an undivided survey is null */
extern const struct metadata_kind metadata_mac;        /* uint8_t[6]; all zero is null */
extern const struct metadata_kind metadata_time_text; /* uint64_t µs; not read back, because the file also has
                                                     the number */
extern const struct metadata_kind metadata_state;     /* enum survey_state */

extern const struct metadata_kind metadata_arguments; /* struct metadata_arguments */
extern const struct metadata_kind metadata_cpus;      /* struct cpu_list; empty is null */
extern const struct metadata_kind metadata_clock;     /* struct clock_pairing */
extern const struct metadata_kind metadata_prefixes;  /* struct metadata_list */
extern const struct metadata_kind metadata_requires;  /* struct metadata_requires */
extern const struct metadata_kind metadata_object;    /* json_t *; NULL is null */
extern const struct metadata_kind metadata_array;     /* likewise */
extern const struct metadata_kind metadata_names;     /* json_t *; NULL is null */
extern const struct metadata_kind metadata_graph;     /* struct metadata_graph */
extern const struct metadata_kind metadata_ledger;    /* struct ledger */
