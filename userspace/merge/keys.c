// SPDX-License-Identifier: GPL-2.0-or-later
#include "merge/keys.h"

#include <errno.h>
#include <stdlib.h>

#include "base/key.h"

static int refuse(const char *path, struct error_text *error)
{
    return error_text_set(error, -EINVAL, "%s: key 'merged' lacks shard or key of a part", path);
}

static int allocate(uint32_t shards, struct siphash_key usual, struct merged_keys *out)
{
    out->keys = malloc(shards * sizeof(*out->keys));
    if (!out->keys)
        return -ENOMEM;
    out->shards = shards;
    for (uint32_t i = 0; i < shards; i++)
        out->keys[i] = usual;
    return 0;
}

static bool read_part(const json_t *part, struct merged_keys *out)
{
    json_int_t index = json_integer_value(json_object_get(json_object_get(part, "shard"), "index"));
    const char *text = json_string_value(json_object_get(part, "key"));

    return index >= 0 && index < out->shards && text && key_parse(text, &out->keys[index]);
}

int merged_keys_read(const char *path, const struct survey_metadata *metadata, struct merged_keys *out,
                     struct error_text *error)
{
    json_int_t shards = json_integer_value(json_object_get(metadata->merged, "shards"));
    const json_t *parts = json_object_get(metadata->merged, "parts"), *part;
    size_t i;

    *out = (struct merged_keys){0};
    if (!metadata->merged || !metadata->requires.merged)
        return 0;
    if (shards < 1 || shards > SHARDS_MAX || !json_is_array(parts))
        return refuse(path, error);
    if (allocate((uint32_t)shards, metadata->key, out))
        return error_text_set(error, -ENOMEM, "%s: out of memory", path);
    json_array_foreach(parts, i, part) if (!read_part(part, out)) return refuse(path, error);
    return 0;
}

void merged_keys_free(struct merged_keys *keys)
{
    free(keys->keys);
    *keys = (struct merged_keys){0};
}
