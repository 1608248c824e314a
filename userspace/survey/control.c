// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/control.h"

#include <signal.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"
#include "send/tx_ways.h"
#include "sim/uplink.h"
#include "survey/auto_tx.h"
#include "survey/device_check.h"
#include "survey/gateway_watch.h"
#include "survey/link_watch.h"
#include "survey/live_control.h"
#include "survey/live_screen.h"
#include "survey/pace.h"
#include "survey/pause.h"
#include "survey/reports.h"
#include "survey/way_in.h"

enum {
    /* Delay until control notices that senders have ended, or that a link changed. */
    TICK_NS = 50000000,
    PROGRESS_INTERVAL_NS = 1000000000,
    /* Limits how many probes go to a gateway that moved. One check costs a system call or two. */
    WATCH_INTERVAL_NS = 1000000000,
    /* Limits how much of a killed run's counters is lost. One update costs a few system calls. */
    HISTORY_INTERVAL_NS = 1000000000,
};

_Static_assert(TICK_NS <= GRAPH_PREPARE_NS, "a tick looks after the graph's memory, too");

bool control_shows_line(const struct survey *survey)
{
    return survey->config->progress != SURVEY_PROGRESS_NONE && !survey->live_screen.shown &&
           !survey->live_screen.wanted;
}

int control_sender_error(const struct survey *survey)
{
    for (unsigned i = 0; i < survey->sender_count; i++)
        if (atomic_load(&survey->senders[i].error))
            return atomic_load(&survey->senders[i].error);
    return 0;
}

bool control_has_failed(const struct survey *survey)
{
    return link_watch_gone(survey) || control_sender_error(survey) || writer_error(survey->results.writer);
}

static void show_progress(struct control *control, bool cooling_down)
{
    struct survey_status status;
    uint64_t now = clock_now_ns();

    if (!control_shows_line(control->survey) || now < control->progress_due_ns)
        return;
    survey_status(control->survey, &status);
    progress_print(&status, &control->shown, cooling_down, stderr);
    control->shown = status;
    control->progress_due_ns = now + PROGRESS_INTERVAL_NS;
}

/* Waits for a signal for one tick, at most until `deadline_ns`. */
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
    log_info("stopping: waiting for late replies; a second signal ends the survey at once");
}

/* Stores the account of this run, for the case that it is killed. */
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

/* Sender i begins i probe intervals after the first, so that together they send as evenly as one. */
static void start_pacer(struct survey *survey, unsigned i, double rate)
{
    uint64_t turn_ns = (uint64_t)(i / rate * (double)NS_PER_S);

    pacer_init(&survey->senders[i].sender.pacer, rate / survey->sender_count, survey->started_ns + turn_ns);
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

/* Halts all at once, not each after the previous one has ended. */
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
    log_info("stopping (%s): waiting for late replies; a second signal ends the survey at once", stop.why);
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
        graph_prepare(survey->graph);
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

static void cool_down(struct control *control)
{
    uint64_t end = clock_now_ns() + control->survey->config->cooldown_ns;

    live_control_phase(control->survey, "cooling down");
    link_watch(control->survey); /* senders may have ended because the link is gone */
    while (!control->hurry && clock_now_ns() < end && !control_has_failed(control->survey)) {
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

/* Waits for a slow reader of the results, unless the user is in a hurry. */
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

/* The order matters: once the filter is detached nothing new arrives; once the receivers have emptied
 * their rings nothing new is pushed; then every counter is final. */
static void stop_receiving(struct control *control)
{
    struct survey *survey = control->survey;

    way_in_detach(survey);
    if (survey->uplink)
        sim_uplink_end(survey->uplink);
    for (unsigned i = 0; i < survey->receiver_count; i++)
        receiver_worker_stop(&survey->receivers[i]);
    survey->receiving_ended = true;
    discovery_watch_end(survey);
    finish_writing(control);
}

void control_run(struct control *control)
{
    auto_tx_tell(control->survey);
    start_sending(control->survey);
    checkpoint_start(control->survey);
    control->progress_due_ns = clock_now_ns() + PROGRESS_INTERVAL_NS;
    send_everything(control);
    cool_down(control);
    stop_receiving(control);
    live_screen_close(control->survey);
}
