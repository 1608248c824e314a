// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/finish.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/exit_code.h"
#include "base/log.h"
#include "base/number.h"
#include "survey/device_check.h"
#include "survey/link_watch.h"
#include "survey/record_metadata.h"
#include "survey/remarks.h"
#include "survey/reports.h"
#include "survey/way_back.h"

/* Returns true if one of the outputs failed. */
static bool report_writing(const struct survey *survey)
{
    const struct record_file *results = &survey->results;
    bool failed = false;

    for (unsigned i = 0; i < results->count; i++) {
        int error = writer_output_error(results->writer, i);

        if (error == -ECANCELED)
            log_warning("survey: results ended early because their reader did not read all of them; what it "
                        "read is valid");
        else if (error)
            log_error("survey: cannot write results to %s: %s; what was written is valid",
                      results->output->places[i].path, strerror(-error));
        failed |= error && error != -ECANCELED;
    }
    return record_file_settle("survey", results) || failed;
}

static int report_errors(const struct control *control)
{
    bool gone = link_watch_gone(control->survey);
    int sending = gone ? 0 : control_sender_error(control->survey);

    if (sending)
        log_error("survey: sending through %s failed: %s", control->survey->ways.list[0].egress.link.name,
                  strerror(-sending));
    return report_writing(control->survey) || gone || sending;
}

/* A survey that sent no probe has found nothing, and must not look as if it had. */
static bool report_nothing_sent(const struct survey *survey, const struct ledger *ledger)
{
    char number[NUMBER_TEXT_SIZE];

    if (ledger->sent || !ledger->tx_dropped)
        return false;
    log_error("survey: no probe was sent: %s accepted none of %s", survey->ways.list[0].egress.link.name,
              number_group(ledger->tx_dropped, number));
    return true;
}

static void warn_of_rate(const struct survey_status *status)
{
    /* A strategy that learns waits for answers, at first for those of few walks. */
    bool waited = status->waits && !status->gentle.held_ns;
    /* Short runs end within the pacer's first batches and are no measure of the rate. */
    double wanted = status->asked_rate, got = status_rate(status);

    /* A comparison with NAN is false, too. */
    if (!waited && status->elapsed_ns >= NS_PER_S && !status->rate_changes && wanted < 1e12 &&
        got < 0.98 * wanted)
        log_warning("achieved %.0f of the %.0f probes per second asked for: %s", got, wanted,
                    status->slowed.times     ? "this host was busy, and receivers or output fell behind"
                    : status->gentle.held_ns ? "--max-per-prefix or --max-per-hop held probes back"
                                             : "this host, or its device, sends no faster");
}

static void warn_of_remarks(const struct survey_status *status)
{
    struct remark remarks[REMARKS_MAX];
    size_t count = remarks_make(status, remarks);

    for (size_t i = 0; i < count; i++)
        log_warning("%s", remarks[i].text);
}

static enum survey_state state_at_end(const struct control *control, bool failed)
{
    if (failed)
        return SURVEY_FAILED;
    if (control->stopped)
        return SURVEY_STOPPED;
    return control->signal ? SURVEY_INTERRUPTED : SURVEY_FINISHED;
}

/* Returns true if all chosen probes have left and were waited for. If not, another run sends them again. */
static bool is_settled(const struct control *control)
{
    return !control->hurry && !control->survey->cut_short && !control_has_failed(control->survey);
}

/* Returns true if it failed. */
static bool end_state(const struct control *control, bool failed, const struct survey_status *status)
{
    struct survey *survey = control->survey;
    enum survey_state state = state_at_end(control, failed);

    checkpoint_tell(survey, status, survey_state_name(state));
    if (state != SURVEY_FINISHED)
        checkpoint_end(survey, false, is_settled(control));
    if (survey_write_metadata(survey, state, control->stopped, status))
        return true;
    if (state == SURVEY_FINISHED)
        checkpoint_end(survey, true, true);
    return false;
}

/* Another run can continue only where there is a state. */
static int exit_code_of_stop(const struct control *control)
{
    if (control->stop == STOP_ENOUGH)
        return EXIT_DONE;
    if (control->survey->config->state_path)
        return EXIT_RESUMABLE;
    return control->stop == STOP_FULL ? EXIT_FAILED : EXIT_DONE;
}

/* A signal that came after the survey had stopped changes nothing. */
static int exit_code_of(const struct control *control, bool failed)
{
    if (failed && control->stopped)
        return EXIT_FAILED;
    if (control->stopped)
        return exit_code_of_stop(control);
    if (control->signal)
        return EXIT_SIGNAL + control->signal;
    return failed ? EXIT_FAILED : EXIT_DONE;
}

int survey_finish(const struct control *control)
{
    struct survey *survey = control->survey;
    const struct survey_config *config = survey->config;
    bool failed = report_errors(control);
    struct survey_status status;
    struct survey_findings findings;

    survey_status(survey, &status);
    survey_findings(survey, &findings);
    if (control_shows_line(survey))
        progress_end(stderr);
    failed = report_nothing_sent(survey, &status.ledger) || failed;
    failed = capture_file_tell(survey) || failed;
    warn_of_rate(&status);
    warn_of_remarks(&status);
    device_check_tell(survey);
    way_back_check(survey, &status.ledger);
    reports_end(survey, &status, state_at_end(control, failed) == SURVEY_FINISHED);
    failed = end_state(control, failed, &status) || failed;
    if (!config->quiet)
        summary_print(&status, &findings, &config->records, config->metadata_path, stderr);
    if (!ledger_balanced(&status.ledger)) {
        log_error(
            "survey: the ledger does not balance; this is a defect, please report it with the metadata");
        failed = true;
    }
    return exit_code_of(control, failed);
}
