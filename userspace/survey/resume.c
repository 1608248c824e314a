// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/resume.h"

#include <errno.h>
#include <inttypes.h>

#include "base/exit_code.h"
#include "base/log.h"
#include "base/number.h"

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
        return EXIT_FAILED; /* by a signal, of which the survey tells */
    if (code) {
        log_error("survey: --resume: %s", error.text);
        return EXIT_UNUSABLE;
    }
    survey->checkpoint.before = recalled->bytes;
    return EXIT_DONE;
}

static void tell(const struct survey *survey)
{
    char records[NUMBER_TEXT_SIZE], bytes[NUMBER_TEXT_SIZE];
    uint64_t size = recall_size(survey);

    if (survey->config->quiet)
        return;
    log_info("resuming: %s records are there, %s", number_group(survey->recalled.records, records),
             survey->checkpoint.found.any ? "and the state that they stand on"
                                          : "and no checkpoint: from the first probe on");
    if (size > survey->recalled.bytes)
        log_info("%s bytes behind the last whole record are cut off",
                 number_group(size - survey->recalled.bytes, bytes));
}

/* Who asked to be left out since the run before is left out. */
static int renew_blocklist(struct survey *survey)
{
    struct error_text error;
    int code = blocklist_reload_possible(survey) ? blocklist_reload(survey, &error) : 0;

    if (!code || code == -EINPROGRESS)
        return EXIT_DONE; /* senders come to it before their first probe */
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

int resume_results(struct survey *survey, const struct survey_metadata *metadata)
{
    const struct recalled *recalled = &survey->recalled;

    return recalled->bytes ? record_file_continue("survey", &survey->results, &recalled->place, metadata)
                           : record_file_begin("survey", &survey->results, metadata);
}
