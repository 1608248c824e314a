// SPDX-License-Identifier: GPL-2.0-or-later
/* The keys of a merged survey: each of its shards may have drawn its own. */
#pragma once

#include "output/metadata.h"

struct merged_keys {
    uint32_t shards;          /* 0: one key for all, which is in the metadata */
    struct siphash_key *keys; /* of each shard; a missing shard has the key in the metadata */
};

/* merged_keys_read() reads the keys; `path` is for messages. Returns 0, or a negative errno with a line in
 * `error`; merged_keys_free() may be called after either. */
int merged_keys_read(const char *path, const struct survey_metadata *metadata, struct merged_keys *out,
                     struct error_text *error);
void merged_keys_free(struct merged_keys *keys);
