// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/survey.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <string.h>

#include "base/clock.h"
#include "base/exit_code.h"
#include "base/log.h"
#include "base/number.h"
#include "base/stop_signal.h"
#include "send/tx_ways.h"
#include "survey/auto_tx.h"
#include "survey/confinement.h"
#include "survey/device_check.h"
#include "survey/gateway_watch.h"
#include "survey/link_watch.h"
#include "survey/live_control.h"
#include "survey/live_screen.h"
#include "survey/pace.h"
#include "survey/parts.h"
#include "survey/pause.h"
#include "survey/rate_warning.h"
#include "survey/record_metadata.h"
#include "survey/remarks.h"
#include "survey/reports.h"
#include "survey/resume.h"
#include "survey/way_back.h"
#include "survey/way_in.h"

enum {
    /* How soon control notices that senders have ended, and what became of the link. */
    TICK_NS = 50000000,
    PROGRESS_INTERVAL_NS = 1000000000,
    /* How many probes may go to a gateway that moved; one look costs a system call or two. */
    WATCH_INTERVAL_NS = 1000000000,
    /* How much of a killed run's counters is not known; one look costs a few system calls. */
    HISTORY_INTERVAL_NS = 1000000000,
};

/* What control knows of the run. */
struct control {
    struct survey *survey;
    const struct stop_signals *signals;
    int signal;          /* the first that came, 0: none */
    bool hurry;          /* a second one came: close at once */
    const char *stopped; /* why it stops before its end, to go on another time; NULL: it does not */
    enum stop_kind stop; /* at a limit (survey/limits.h) */
    uint64_t progress_due_ns, watch_due_ns, history_due_ns;
    struct survey_status shown; /* with the last progress line */
};

static bool shows_line(const struct survey *survey)
{
    return survey->config->progress != SURVEY_PROGRESS_NONE && !survey->live_screen.shown &&
           !survey->live_screen.wanted;
}

static void show_progress(struct control *control, bool cooling_down)
{
    struct survey_status status;
    uint64_t now = clock_now_ns();

    if (!shows_line(control->survey) || now < control->progress_due_ns)
        return;
    survey_status(control->survey, &status);
    progress_print(&status, &control->shown, cooling_down, stderr);
    control->shown = status;
    control->progress_due_ns = now + PROGRESS_INTERVAL_NS;
}

/* One tick: waits for a signal, at most until `deadline_ns`. */
static void wait_tick(struct control *control, uint64_t deadline_ns)
{
    uint64_t now = clock_now_ns();
    uint64_t wait = deadline_ns > now ? deadline_ns - now : 0;
    int received = live_control_wait(control->survey, control->signals, wait < TICK_NS ? wait : TICK_NS);

    live_screen_follow(control->survey);
    if (!received)
        return;
    if (control->signal) {
        control->hurry = true;
        return;
    }
    control->signal = received;
    if (received == SIGTERM && control->survey->config->resumable)
        control->stopped = "SIGTERM";
    log_info("stopping: waiting for late replies; a second signal closes at once");
}

/* What is known of this run, should it be killed. */
static void keep_history(struct control *control)
{
    struct survey_status status;
    uint64_t now = clock_now_ns();

    if (!control->survey->checkpoint.file || now < control->history_due_ns)
        return;
    survey_status(control->survey, &status);
    checkpoint_tell(control->survey, &status, survey_state_name(SURVEY_RUNNING));
    control->history_due_ns = now + HISTORY_INTERVAL_NS;
}

static void watch_gateway(struct control *control)
{
    uint64_t now = clock_now_ns();

    if (now < control->watch_due_ns)
        return;
    gateway_watch(control->survey);
    control->watch_due_ns = now + WATCH_INTERVAL_NS;
}

static bool all_senders_ended(const struct survey *survey)
{
    for (unsigned i = 0; i < survey->sender_count; i++)
        if (!atomic_load(&survey->senders[i].ended_ns))
            return false;
    return true;
}

static int first_sender_error(const struct survey *survey)
{
    for (unsigned i = 0; i < survey->sender_count; i++)
        if (atomic_load(&survey->senders[i].error))
            return atomic_load(&survey->senders[i].error);
    return 0;
}

/* Senders take turns: sender i begins i probes after the first, so that together
 * they send as evenly as one. */
static void start_pacer(struct survey *survey, unsigned i, double rate)
{
    uint64_t turn_ns = (uint64_t)(i / rate * (double)NS_PER_S);

    pacer_init(&survey->senders[i].sender.pacer, rate / survey->sender_count, survey->started_ns + turn_ns);
}

static int start_workers(struct survey *survey)
{
    int error = 0;

    for (unsigned i = 0; !error && i < survey->receiver_count; i++)
        error = receiver_worker_start(&survey->receivers[i]);
    for (unsigned i = 0; !error && i < survey->sender_count; i++)
        error = sender_worker_start(&survey->senders[i]);
    if (error)
        log_error("survey: cannot start threads: %s", strerror(-error));
    return error;
}

static void start_sending(struct survey *survey)
{
    survey->started_ns = clock_now_ns();
    steering_start(&survey->steering, survey->started_ns);
    double rate = pace_start(survey);

    link_watch_start(survey);
    for (unsigned i = 0; i < survey->sender_count; i++) {
        start_pacer(survey, i, rate);
        sender_worker_go(&survey->senders[i]);
    }
}

static void close_tx(struct survey *survey, struct sender *sender)
{
    struct tx_totals each[WAYS_MAX];
    uint64_t pending = 0, dropped = counter_read(&sender->tx->counters.dropped);

    tx_ways_close(sender->tx, each);
    sender->tx = NULL;
    for (unsigned way = 0; way < survey->ways.count; way++) {
        pending += each[way].dropped;
        survey->totals.sent += each[way].sent;
        survey->totals.dropped += each[way].dropped;
        survey->sent_by_way[way] += each[way].sent;
    }
    survey->cut_short |= pending > dropped;
}

/* All at once, and not each once the one before has ended. */
static void halt(struct survey *survey)
{
    for (unsigned i = 0; i < survey->sender_count; i++)
        sender_worker_halt(&survey->senders[i]);
    checkpoint_stop(survey);
}

static void stop_sending(struct survey *survey)
{
    halt(survey);
    for (unsigned i = 0; i < survey->sender_count; i++) {
        struct sender_worker *worker = &survey->senders[i];

        sender_worker_stop(worker);
        close_tx(survey, &worker->sender);
        if (atomic_load(&worker->ended_ns) > survey->sending_ended_ns)
            survey->sending_ended_ns = atomic_load(&worker->ended_ns);
    }
    survey_pause_end(survey);
}

static void stop_at(struct control *control, struct limit_stop stop)
{
    if (stop.kind == STOP_NOT || control->stopped || control->signal)
        return;
    control->stopped = stop.why;
    control->stop = stop.kind;
    log_info("stopping (%s): waiting for late replies; a second signal closes at once", stop.why);
}

static bool is_over(const struct control *control)
{
    return control->signal || control->stopped || all_senders_ended(control->survey) ||
           writer_error(control->survey->results.writer);
}

static void send_everything(struct control *control)
{
    struct survey *survey = control->survey;

    live_control_phase(survey, "sending");
    while (!is_over(control)) {
        wait_tick(control, UINT64_MAX);
        link_watch(survey);
        discovery_watch(survey);
        watch_gateway(control);
        stop_at(control, limits_look(survey, clock_now_ns()));
        keep_history(control);
        if (!link_watch_waits(survey))
            pace_follow(survey);
        show_progress(control, false);
        reports_follow(survey);
    }
    stop_sending(survey);
    stop_at(control, limits_cut_probes(survey));
}

/* There is nothing to wait for where the device or the results file is gone. */
static bool has_failed(const struct survey *survey)
{
    return link_watch_gone(survey) || first_sender_error(survey) || writer_error(survey->results.writer);
}

static void cool_down(struct control *control)
{
    uint64_t end = clock_now_ns() + control->survey->config->cooldown_ns;

    live_control_phase(control->survey, "cooling down");
    link_watch(control->survey); /* senders may have ended for want of it */
    while (!control->hurry && clock_now_ns() < end && !has_failed(control->survey)) {
        wait_tick(control, end);
        link_watch(control->survey);
        discovery_watch(control->survey);
        keep_history(control);
        show_progress(control, true);
        reports_follow(control->survey);
    }
    link_watch_end(control->survey);
    device_check_end(control->survey, control->hurry);
}

/* A reader of the results may take its time, unless the user is in a hurry. */
static void finish_writing(struct control *control)
{
    struct writer *writer = control->survey->results.writer;

    live_control_phase(control->survey, "finishing");
    writer_finish(writer);
    capture_file_finish(control->survey);
    while (!writer_finished(writer) || !capture_file_finished(control->survey)) {
        if (control->hurry) {
            writer_abandon(writer);
            capture_file_abandon(control->survey);
        }
        wait_tick(control, UINT64_MAX);
    }
    writer_stop(writer);
}

/* In this order: once the filter is off nothing new arrives, once the receivers have emptied their rings
 * nothing new is pushed, and then every counter is final. */
static void stop_receiving(struct control *control)
{
    struct survey *survey = control->survey;

    way_in_detach(survey);
    for (unsigned i = 0; i < survey->receiver_count; i++)
        receiver_worker_stop(&survey->receivers[i]);
    survey->receiving_ended = true;
    discovery_watch_end(survey);
    finish_writing(control);
}

/* Whether one of the outputs failed. */
static bool report_writing(const struct survey *survey)
{
    const struct record_file *results = &survey->results;
    bool failed = false;

    for (unsigned i = 0; i < results->count; i++) {
        int error = writer_output_error(results->writer, i);

        if (error == -ECANCELED)
            log_warning(
                "survey: results were given up before their reader took them all; what it took is valid");
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
    int sending = gone ? 0 : first_sender_error(control->survey);

    if (sending)
        log_error("survey: sending through %s failed: %s", control->survey->ways.list[0].egress.link.name,
                  strerror(-sending));
    return report_writing(control->survey) || gone || sending;
}

/* A survey that asked nobody anything has found nothing out, and must not look as if it had. */
static bool report_nothing_sent(const struct survey *survey, const struct ledger *ledger)
{
    char number[NUMBER_TEXT_SIZE];

    if (ledger->sent || !ledger->tx_dropped)
        return false;
    log_error("survey: no probe was sent: %s took none of %s", survey->ways.list[0].egress.link.name,
              number_group(ledger->tx_dropped, number));
    return true;
}

static void warn_of_rate(const struct survey_status *status)
{
    /* A strategy that learns waits for answers, at first for those of few walks. */
    bool waited = status->waits && !status->gentle.held_ns;
    /* Short runs end within the pacer's first batches and say nothing about the rate. */
    double wanted = status->asked_rate, got = status_rate(status);

    /* Nor is NAN more than anything. */
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

/* What was chosen has left and been waited for, or is asked for again. */
static bool is_settled(const struct control *control)
{
    return !control->hurry && !control->survey->cut_short && !has_failed(control->survey);
}

/* Whether it failed. */
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

/* Another run goes on where there is a state to go on from. */
static int exit_code_of_stop(const struct control *control)
{
    if (control->stop == STOP_ENOUGH)
        return EXIT_DONE;
    if (control->survey->config->state_path)
        return EXIT_RESUMABLE;
    return control->stop == STOP_FULL ? EXIT_FAILED : EXIT_DONE;
}

/* A signal that came once it had stopped changes nothing. */
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

static int finish(struct control *control)
{
    struct survey *survey = control->survey;
    const struct survey_config *config = survey->config;
    bool failed = report_errors(control);
    struct survey_status status;
    struct survey_findings findings;

    survey_status(survey, &status);
    survey_findings(survey, &findings);
    if (shows_line(survey))
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

/* At no moment metadata lies beside records that are not its, and what was there goes when nothing but this
 * can fail any more. */
static int replace_results(struct survey *survey, struct survey_metadata *metadata)
{
    struct staged_metadata staged;
    int result = survey_stage_metadata(survey, metadata, &staged) ? EXIT_FAILED : EXIT_DONE;

    if (!result && record_file_is_regular(&survey->results))
        survey_clear_metadata(&staged);
    if (!result && checkpoint_begin(survey))
        result = EXIT_FAILED;
    if (!result)
        result = record_file_begin("survey", &survey->results, metadata);
    if (!result && survey_commit_metadata(survey, &staged))
        result = EXIT_FAILED;
    survey_discard_metadata(&staged);
    if (!result)
        record_file_keep(&survey->results);
    return result;
}

/* The metadata of the run before stays until that of this one takes its place: both are of these records. */
static int continue_results(struct survey *survey, struct survey_metadata *metadata)
{
    struct staged_metadata staged;
    int result = survey_stage_metadata(survey, metadata, &staged) ? EXIT_FAILED : EXIT_DONE;

    if (!result)
        result = resume_results(survey, metadata);
    if (!result && survey_commit_metadata(survey, &staged))
        result = EXIT_FAILED;
    survey_discard_metadata(&staged);
    return result;
}

static int begin_results(struct survey *survey, struct survey_description *description)
{
    survey->started_ns = clock_now_ns(); /* and read again: without metadata nothing may be sent */
    int error = survey_describe(survey, description);
    int result = error                     ? EXIT_FAILED
                 : survey->config->resumed ? continue_results(survey, &description->metadata)
                                           : replace_results(survey, &description->metadata);

    if (error)
        log_error("survey: out of memory");
    return result == EXIT_DONE ? capture_file_begin(survey) : result;
}

static int begin(struct survey *survey, struct survey_description *description)
{
    int result = live_screen_open(survey);

    if (result == EXIT_DONE)
        result = blocklist_reload_prepare(survey);
    if (result == EXIT_DONE)
        result = confinement_prepare(survey);
    if (result == EXIT_DONE)
        result = survey_parts_open(survey);
    if (result != EXIT_DONE)
        return result;
    /* Control too: it has to see in time that receivers are behind. */
    survey->urgency = urgency_raise();
    result = start_workers(survey) ? EXIT_FAILED : begin_results(survey, description);
    if (result != EXIT_DONE)
        return result;
    device_check_begin(survey);
    rate_warn(survey);
    result = confinement_enter(survey);
    /* Whose thread for Prometheus is a library's, and gives nothing up by itself. */
    return result == EXIT_DONE ? reports_begin(survey) : result;
}

static int run(struct survey *survey, const struct stop_signals *signals)
{
    struct control control = {.survey = survey, .signals = signals};

    auto_tx_tell(survey);
    start_sending(survey);
    checkpoint_start(survey);
    control.progress_due_ns = clock_now_ns() + PROGRESS_INTERVAL_NS;
    send_everything(&control);
    cool_down(&control);
    stop_receiving(&control);
    live_screen_close(survey);
    return finish(&control);
}

/* During the set-up, or while the results' header waited for its reader. */
static int stopped_early(void)
{
    log_info("survey: stopped before the first probe");
    return EXIT_SIGNAL + stop_signal_take();
}

int survey_run(const struct survey_config *config)
{
    struct survey survey = {.config = config};
    struct survey_description description = {
        0}; /* what files begin with: it lasts as long as they are written */
    struct stop_signals signals;

    steering_begin(&survey.steering, config->rate);
    live_control_begin(&survey);
    stop_signals_open(&signals);
    int result = begin(&survey, &description);

    if (result == EXIT_DONE)
        result = run(&survey, &signals);
    else if (stop_signal_pending())
        result = stopped_early();
    survey_parts_close(&survey);
    survey_describe_free(&description);
    live_control_end(&survey);
    live_screen_end(&survey);
    late_files_destroy(survey.late);
    stop_signals_close(&signals);
    return result;
}
