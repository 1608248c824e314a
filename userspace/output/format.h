// SPDX-License-Identifier: GPL-2.0-or-later
/* Output formats: one file each, one line in the table of format.c. */
#pragma once

#include <stddef.h>

#include "output/record.h"

enum {
    FORMAT_RECORD_MAX = 1024, /* no format writes more bytes for one record; buffers keep that much free */
};

struct output_format {
    const char *name;      /* for --format */
    const char *extension; /* ".csv" */
    /* Both write at most FORMAT_RECORD_MAX bytes, whole lines only, and return how many. */
    size_t (*header)(char *out);
    size_t (*record)(char *out, const struct record *record);
};

extern const struct output_format output_csv;
extern const struct output_format output_jsonl;

/* output_format_find() looks a name up, output_format_for_path() the extension of a path; NULL where there is
 * none. */
const struct output_format *output_format_find(const char *name);
const struct output_format *output_format_for_path(const char *path);

/* output_format_names() is "csv, jsonl", for messages. */
const char *output_format_names(void);
