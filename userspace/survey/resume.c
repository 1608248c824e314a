// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/resume.h"

#include <errno.h>
#include <inttypes.h>

#include "base/exit_code.h"
#include "base/log.h"
#include "base/number.h"
#include "survey/recorded.h"
#include "survey/refill.h"

enum {
    LONG_RESULTS = 512 << 20, /* bytes that take seconds to read */
};

static int recall(struct survey *survey)
{
    struct recalled *recalled = &survey->recalled;
    struct error_text error;

    if (recall_size(survey) > LONG_RESULTS)
        log_info("reading %" PRIu64 " MB of results back", recall_size(survey) >> 20);
    int code = recall_results(survey, checkpoint_durable(survey), recalled, &error);

    if (code == -EINTR)
        return EXIT_FAILED; /* by a signal, which the survey reports */
    if (code) {
        log_error("survey: --resume: %s", error.text);
        return EXIT_UNUSABLE;
    }
    survey->checkpoint.before = recalled->records;
    return EXIT_DONE;
}

/* In a format with groups, the groups that are not known to be durable are dropped. */
static void tell_cut(const struct survey *survey, unsigned output)
{
    const struct output_place *place = &survey->config->records.places[output];
    uint64_t size = recorded_size(place), kept = survey->recalled.outputs[output].bytes;
    char bytes[NUMBER_TEXT_SIZE];

    if (size > kept && !place->format->sealed)
        log_info("%s byte%s cut off behind the last whole record of %s", number_group(size - kept, bytes),
                 plural_form(size - kept, " was", "s were"), place->path);
}

static void tell(const struct survey *survey)
{
    char records[NUMBER_TEXT_SIZE];

    if (survey->config->quiet)
        return;
    log_info("resuming: %s record%s and %s", number_group(survey->recalled.records, records),
             plural(survey->recalled.records),
             survey->checkpoint.found.any ? "a checkpoint"
                                          : "no checkpoint: the survey begins with its first probe");
    for (unsigned i = 0; i < survey->results.count; i++)
        tell_cut(survey, i);
}

/* Loads the blocklist again, so that hosts added since the run before are left out. */
static int renew_blocklist(struct survey *survey)
{
    struct error_text error;
    int code = blocklist_reload_possible(survey) ? blocklist_reload(survey, &error) : 0;

    if (!code || code == -EINPROGRESS)
        return EXIT_DONE; /* senders take it before their first probe */
    log_error("survey: --blocklist: %s", error.text);
    return EXIT_UNUSABLE;
}

static int load_history(struct survey *survey)
{
    const struct survey_metadata *before = survey->config->resumed;
    struct history *history = &survey->history;

    if (history_load(history, before, survey->checkpoint.found.live, survey->recalled.records)) {
        log_error("survey: out of memory");
        return EXIT_FAILED;
    }
    discovery_load(&survey->discovery, before->discovery, history->seconds, history->ledger.sent);
    return EXIT_DONE;
}

int resume_take_up(struct survey *survey)
{
    static int (*const steps[])(struct survey *) = {
        checkpoint_load, recall, load_history, renew_blocklist, checkpoint_take_up,
    };
    int result = EXIT_DONE;

    for (size_t i = 0; survey->config->resumed && !result && i < sizeof(steps) / sizeof(steps[0]); i++)
        result = steps[i](survey);
    if (survey->config->resumed && !result)
        tell(survey);
    return result;
}

/* Outputs that lack records come last: until then the missing records are read from the files as they are. */
int resume_results(struct survey *survey, const struct survey_metadata *metadata)
{
    struct record_file *results = &survey->results;
    int result = EXIT_DONE;

    for (unsigned i = 0; i < results->count && !result; i++)
        result = record_file_continue("survey", results, i, &survey->recalled.outputs[i].place, metadata);
    for (unsigned i = 0; i < results->count && !result; i++)
        result = refill_output(survey, i);
    if (!result)
        result = record_file_go_on("survey", results);
    if (!result)
        record_file_keep(results);
    return result;
}
