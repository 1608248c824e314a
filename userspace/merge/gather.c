// SPDX-License-Identifier: GPL-2.0-or-later
#include "merge/gather.h"

#include <errno.h>
#include <stdlib.h>

#include "base/exit_code.h"
#include "base/log.h"

static int refuse(const struct error_text *error)
{
    log_error("merge: %s", error->text);
    return EXIT_UNUSABLE;
}

static int out_of_memory(void)
{
    log_error("merge: out of memory");
    return EXIT_FAILED;
}

/* Memory holds the metadata of one part at a time, besides that of the first, with which all others are
 * compared. */
static int describe(struct gathered *out, const struct merge_config *config, size_t i)
{
    struct survey_metadata own = {0}, *metadata = i ? &own : &out->whole;
    struct error_text error;

    if (metadata_read(config->metadata_paths[i], metadata, &error))
        return refuse(&error);
    out->parts[i].path = config->paths[i];
    out->parts[i].metadata_path = config->metadata_paths[i];
    int result = i ? belong_check(&out->whole, config->paths[0], &own, config->paths[i], &error) : 0;

    if (!result)
        result = part_describe(&out->parts[i], metadata, &error);
    if (i)
        metadata_free(&own);
    return result ? refuse(&error) : EXIT_DONE;
}

static int describe_all(struct gathered *out, const struct merge_config *config)
{
    struct error_text error;
    int result = EXIT_DONE;

    out->parts = calloc(config->count, sizeof(*out->parts));
    if (!out->parts)
        return out_of_memory();
    for (; !result && out->count < config->count; out->count++)
        result = describe(out, config, out->count);
    if (result)
        return result;
    return belong_sort(out->parts, out->count, &error) ? refuse(&error) : EXIT_DONE;
}

static int make_plan(struct gathered *out, const struct merge_config *config)
{
    struct error_text error;

    out->whole.shard = (struct shard){0};
    if (!plan_from_metadata(&out->plan, &out->whole, &error))
        return EXIT_DONE;
    error_text_prefix(&error, "%s: ", config->metadata_paths[0]);
    return refuse(&error);
}

/* Missing parts are an error, unless the user asked for a partial merge. */
static int look_for_gaps(struct gathered *out, const struct merge_config *config)
{
    struct gaps *gaps = &out->gaps;

    if (belong_gaps(out->parts, out->count, targets_count(out->plan.targets), gaps))
        return out_of_memory();
    for (size_t i = 0; i < gaps->count && i < GAPS_TOLD; i++)
        log_warning("merge: %s", gaps->told[i].text);
    if (gaps->count > GAPS_TOLD)
        log_warning("merge: … and %zu more", gaps->count - GAPS_TOLD);
    if (!gaps->count || config->partial)
        return EXIT_DONE;
    log_error("merge: the survey is not complete: --partial merges what is there");
    return EXIT_UNUSABLE;
}

int gather(struct gathered *out, const struct merge_config *config)
{
    *out = (struct gathered){0};
    int result = describe_all(out, config);

    if (!result)
        result = make_plan(out, config);
    return result ? result : look_for_gaps(out, config);
}

void gathered_free(struct gathered *gathered)
{
    for (size_t i = 0; gathered->parts && i < gathered->count; i++)
        part_close(&gathered->parts[i]);
    free(gathered->parts);
    json_decref(gathered->gaps.shards);
    plan_free(&gathered->plan);
    metadata_free(&gathered->whole);
}
