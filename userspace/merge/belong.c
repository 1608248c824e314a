// SPDX-License-Identifier: GPL-2.0-or-later
#include "merge/belong.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Keys of the metadata that define what was probed, and how to read the answers. */
static const char *const plan_keys[] = {
    "seed",    "protocol", "port",  "tags",     "granularity", "granularity6",  "per_prefix", "host6",
    "min_ttl", "max_ttl",  "flows", "flows_by", "strategy",    "allow_special", NULL};

static int refuse_value(const char *key, const char *path, const json_t *value, const char *first_path,
                        const json_t *first, struct error_text *error)
{
    char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    char *first_text = json_dumps(first, JSON_COMPACT | JSON_ENCODE_ANY);

    error_text_set(error, -EINVAL, "%s does not belong to %s: its %s is %s, and not %s", path, first_path,
                   key, text ? text : "", first_text ? first_text : "");
    free(text);
    free(first_text);
    return -EINVAL;
}

static int check_plan(const struct survey_metadata *first, const char *first_path,
                      const struct survey_metadata *metadata, const char *path, struct error_text *error)
{
    json_t *wanted = metadata_pick(first, plan_keys), *got = metadata_pick(metadata, plan_keys);
    int result = wanted && got ? 0 : error_text_set(error, -ENOMEM, "out of memory");

    for (size_t i = 0; !result && plan_keys[i]; i++) {
        const json_t *one = json_object_get(wanted, plan_keys[i]),
                     *other = json_object_get(got, plan_keys[i]);

        if (!json_equal(one, other))
            result = refuse_value(plan_keys[i], path, other, first_path, one, error);
    }
    json_decref(wanted);
    json_decref(got);
    return result;
}

static bool are_equal(const struct prefix_list *a, const struct prefix_list *b)
{
    bool equal = a->count == b->count;

    for (size_t i = 0; equal && i < a->count; i++)
        equal = address_equal(a->prefixes[i].base, b->prefixes[i].base) &&
                a->prefixes[i].length == b->prefixes[i].length;
    return equal;
}

static int refuse(const char *what, const char *path, const char *first_path, struct error_text *error)
{
    return error_text_set(error, -EINVAL, "%s does not belong to %s: it has %s", path, first_path, what);
}

/* The counters of a simulated world are results, not settings: they may differ. */
static json_t *without_counters(const json_t *sim)
{
    json_t *copy = sim ? json_copy((json_t *)(uintptr_t)sim) : json_null();

    json_object_del(copy, "counters");
    return copy;
}

static bool is_same_world(const json_t *a, const json_t *b)
{
    json_t *one = without_counters(a), *other = without_counters(b);
    bool same = json_equal(one, other);

    json_decref(one);
    json_decref(other);
    return same;
}

int belong_check(const struct survey_metadata *first, const char *first_path,
                 const struct survey_metadata *metadata, const char *path, struct error_text *error)
{
    int result = check_plan(first, first_path, metadata, path, error);

    if (!result && !are_equal(&first->targets.prefixes, &metadata->targets.prefixes))
        return refuse("other targets", path, first_path, error);
    if (!result && !are_equal(&first->blocklist.prefixes, &metadata->blocklist.prefixes))
        return refuse("another blocklist", path, first_path, error);
    if (!result && !is_same_world(first->sim, metadata->sim))
        return refuse("another simulated Internet", path, first_path, error);
    return result;
}

static int compare(const void *a, const void *b)
{
    const struct part *one = a, *other = b;

    if (one->shard.index != other->shard.index)
        return one->shard.index < other->shard.index ? -1 : 1;
    return one->start_us < other->start_us ? -1 : one->start_us > other->start_us;
}

/* Whether `part` continued the run of `before`. */
static bool went_on(const struct part *part, const struct part *before)
{
    return before->end_us && before->end_us <= part->start_us &&
           memcmp(&before->key, &part->key, sizeof(part->key)) == 0;
}

static int check_neighbours(const struct part *part, const struct part *before, struct error_text *error)
{
    if (part->shard.of != before->shard.of)
        return error_text_set(error, -EINVAL, "%s is shard %u of %u, and %s shard %u of %u", part->path,
                              part->shard.index, part->shard.of, before->path, before->shard.index,
                              before->shard.of);
    if (part->shard.index != before->shard.index || went_on(part, before))
        return 0;
    if (part->shard.of == 1)
        return error_text_set(error, -EINVAL, "%s and %s have probed the same targets: neither is a shard",
                              before->path, part->path);
    return error_text_set(error, -EINVAL, "%s and %s have probed the same targets: both are shard %u of %u",
                          before->path, part->path, part->shard.index, part->shard.of);
}

int belong_sort(struct part *parts, size_t count, struct error_text *error)
{
    int result = 0;

    qsort(parts, count, sizeof(*parts), compare);
    for (size_t i = 1; !result && i < count; i++)
        result = check_neighbours(&parts[i], &parts[i - 1], error);
    return result;
}

static const char *why_incomplete(const struct part *part)
{
    switch (part->state) {
    case SURVEY_RUNNING:
        return "it is running, or was killed";
    case SURVEY_FAILED:
        return "it failed";
    default:
        return "it was stopped";
    }
}

/* `last` is the last part of the shard; NULL: it has none. */
static int note_gap(struct gaps *gaps, struct shard shard, const struct part *last)
{
    struct error_text *told = gaps->count < GAPS_TOLD ? &gaps->told[gaps->count] : NULL;

    gaps->count++;
    if (told && last)
        error_text_set(told, 0, "%s is not complete: %s", last->path, why_incomplete(last));
    else if (told)
        error_text_set(told, 0, "shard %u of %u is missing", shard.index, shard.of);
    return json_array_append_new(gaps->shards, json_integer(shard.index)) ? -ENOMEM : 0;
}

int belong_gaps(const struct part *parts, size_t count, uint64_t targets, struct gaps *out)
{
    struct shard shard = {0, parts[0].shard.of};
    int error = 0;
    size_t i = 0;

    *out = (struct gaps){.shards = json_array()};
    for (; !error && shard.index < shard.of && shard.index < targets; shard.index++) {
        const struct part *last = NULL;

        for (; i < count && parts[i].shard.index == shard.index; i++)
            last = &parts[i];
        if (!last || !part_is_complete(last))
            error = note_gap(out, shard, last);
    }
    return error;
}
