// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lists of prefixes that are too long for the metadata: each is in a file beside it. The metadata has the
 * file's name and SHA-256.
 *
 *   RESULTS.meta.json    "targets": {"file": "RESULTS.targets.txt", "sha256": "…", "prefixes": 2000000}
 *   RESULTS.targets.txt  one prefix or address per line, as `--targets` reads it
 *
 * Both are readable by their owner only, and must stay together: the file is expected in the metadata's
 * directory.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>

#include "base/error_text.h"
#include "base/output_file.h"
#include "output/list_text.h"
#include "target/prefix_list.h"

enum {
    /* A longer list goes to a file. As JSON, this many are 20 KB, which people and their tools can still
     * read. */
    METADATA_LIST_INLINE = 1000,
};

/* The file of a list; without a name, the list is in the metadata itself. */
struct list_reference {
    char name[256]; /* without a directory */
    char sha256[SHA256_TEXT_SIZE];
};

struct metadata_list {
    struct prefix_list prefixes;
    struct list_reference file;
};

/* metadata_list_path() returns "RESULTS.NAME.txt" for a metadata file "RESULTS.meta.json"; the caller frees
 * it. NULL when memory is short. */
char *metadata_list_path(const char *metadata, const char *name);

/*
 * metadata_list_stage() writes `list`, if it is long, to a file beside `metadata`, which gets its name when
 * it is committed. `reference` gets what the metadata contains about it. A short list, or metadata that goes
 * to a stream, needs no file: then `file` has no descriptor. `late` is as in metadata_stage(). Returns 0, or
 * a negative errno; then there is nothing to discard.
 */
int metadata_list_stage(struct replacement *file, struct late_files *late, const char *metadata,
                        const char *name, const struct prefix_list *list, struct list_reference *reference);

/* metadata_list_open() does the same without writing, and so without the hash (list_writing.h). */
int metadata_list_open(struct replacement *file, struct late_files *late, const char *metadata,
                       const char *name, const struct prefix_list *list, struct list_reference *reference);

/* metadata_list_stage_at() does the same for any length of the list, at a path of metadata_list_path(). */
int metadata_list_stage_at(struct replacement *file, struct late_files *late, const char *path,
                           const struct prefix_list *list, struct list_reference *reference);

/* metadata_list_load() reads the list from its file, if it has one. Returns 0, or a negative errno with a
 * line in `error` that names the file: it is missing, or differs from what was written. */
int metadata_list_load(struct metadata_list *list, const char *metadata, struct error_text *error);

/* metadata_list_reference_json() returns the object above. metadata_list_reference_read() reads it; it
 * returns false if it is no such object, or names a file in another directory. */

/* metadata_list_json() returns that object, or an array of the prefixes if the list has no file. */
json_t *metadata_list_json(const struct metadata_list *list);
json_t *metadata_list_reference_json(const struct metadata_list *list);
bool metadata_list_reference_read(const json_t *object, struct list_reference *out);
