// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lists of prefixes that are too long for the metadata: in a file beside it, which the metadata names and
 * whose SHA-256 it has.
 *
 *   RESULTS.meta.json    "targets": {"file": "RESULTS.targets.txt", "sha256": "…", "prefixes": 2000000}
 *   RESULTS.targets.txt  a prefix or an address a line, as `--targets` reads it
 *
 * Both are the owner's alone, and stay together: the file is looked for in the metadata's directory.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>

#include "base/error_text.h"
#include "base/output_file.h"
#include "output/list_text.h"
#include "target/prefix_list.h"

enum {
    /* A longer list stands in a file: as JSON this many are 20 KB, which people
     * and their tools still read. */
    METADATA_LIST_INLINE = 1000,
};

/* The file of a list; no name: the list stands in the metadata itself. */
struct list_reference {
    char name[256]; /* without a directory */
    char sha256[SHA256_TEXT_SIZE];
};

struct metadata_list {
    struct prefix_list prefixes;
    struct list_reference file;
};

/* metadata_list_path() is "RESULTS.NAME.txt" for a metadata file "RESULTS.meta.json", to be freed by the
 * caller; NULL when memory is short. */
char *metadata_list_path(const char *metadata, const char *name);

/*
 * metadata_list_stage() writes `list`, if it is long, to a file beside `metadata` that has its name once it
 * is committed, and tells in `reference` what the metadata says of it. A short list, or a metadata that is a
 * stream and lies nowhere, needs none: `file` then has no descriptor. `late`: as with metadata_stage(). 0 or a
 * negative errno, after which there is nothing to discard.
 */
int metadata_list_stage(struct replacement *file, struct late_files *late, const char *metadata,
                        const char *name, const struct prefix_list *list, struct list_reference *reference);

/* metadata_list_open() does so but for writing: the hash is not told (list_writing.h). */
int metadata_list_open(struct replacement *file, struct late_files *late, const char *metadata,
                       const char *name, const struct prefix_list *list, struct list_reference *reference);

/* metadata_list_stage_at() does so whatever the list's length, at a path of metadata_list_path(). */
int metadata_list_stage_at(struct replacement *file, struct late_files *late, const char *path,
                           const struct prefix_list *list, struct list_reference *reference);

/* metadata_list_load() reads the list from its file, if it has one. 0, or a negative errno with a line in
 * `error` that names it: it is missing, or not what was written. */
int metadata_list_load(struct metadata_list *list, const char *metadata, struct error_text *error);

/* metadata_list_reference_json() is the object above; metadata_list_reference_read() reads it, false where it
 * is none, or names a file elsewhere. */

/* metadata_list_json() is the object, or an array of the prefixes where the list has no file. */
json_t *metadata_list_json(const struct metadata_list *list);
json_t *metadata_list_reference_json(const struct metadata_list *list);
bool metadata_list_reference_read(const json_t *object, struct list_reference *out);
