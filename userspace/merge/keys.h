// SPDX-License-Identifier: GPL-2.0-or-later
/* The keys of a merged survey, whose shards have drawn them for themselves. */
#pragma once

#include "output/metadata.h"

struct merged_keys {
    uint32_t shards;          /* 0: one key for all, which stands in the metadata */
    struct siphash_key *keys; /* of each shard; of one that is missing that in the metadata */
};

/* merged_keys_read() reads them; `path` is for messages. 0, or a negative errno with a line in `error`;
 * merged_keys_free() is right after both. */
int merged_keys_read(const char *path, const struct survey_metadata *metadata, struct merged_keys *out,
                     struct error_text *error);
void merged_keys_free(struct merged_keys *keys);
