// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/live_control.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/exit_code.h"
#include "base/log.h"
#include "base/options.h"
#include "output/json_value.h"
#include "survey/blocklist_reload.h"
#include "survey/pace.h"
#include "survey/pause.h"
#include "survey/reports.h"
#include "survey/status_json.h"

/* A client that asks without end is served two hundred times per second, and costs little. */
#define SERVE_INTERVAL_NS (5 * NS_PER_MS)

enum {
    WORDS_MAX = 2,
};

void live_control_begin(struct survey *survey)
{
    survey->live.hangup = (struct reload_signal){-1, -1};
    survey->live.phase = "starting";
    if (blocklist_reload_possible(survey))
        reload_signal_open(&survey->live.hangup);
}

int live_control_open(struct survey *survey)
{
    struct error_text error;

    if (!survey->config->control_path ||
        control_socket_open(&survey->live.socket, survey->config->control_path, &error) == 0)
        return EXIT_DONE;
    log_error("survey: --control: %s", error.text);
    return EXIT_UNUSABLE;
}

void live_control_end(struct survey *survey)
{
    control_socket_close(survey->live.socket, survey->late);
    survey->live.socket = NULL;
    reload_signal_close(&survey->live.hangup);
}

void live_control_phase(struct survey *survey, const char *phase)
{
    survey->live.phase = phase;
}

static json_t *refuse(const char *why)
{
    return json_pack("{s:b, s:o}", "ok", 0, "error", json_text(why));
}

static json_t *agree(void)
{
    return json_pack("{s:b}", "ok", 1);
}

static json_t *status(struct survey *survey, const char *argument)
{
    (void)argument;
    return survey_status_json(survey, survey->live.phase);
}

static json_t *pause_now(struct survey *survey, const char *argument)
{
    (void)argument;
    if (survey->sending_ended_ns)
        return refuse("sending has ended");
    reports_hasten(survey);
    return survey_pause(survey) ? agree() : refuse("it is paused already");
}

static json_t *resume(struct survey *survey, const char *argument)
{
    (void)argument;
    reports_hasten(survey);
    return survey_resume(survey) ? agree() : refuse("it is not paused");
}

static json_t *set_rate(struct survey *survey, const char *argument)
{
    const struct option_spec spec = {.name = "rate"};
    struct error_text error;
    double rate;

    if (!argument)
        return refuse("rate needs the number of probes per second, such as 100k, 2.5M or max");
    if (option_rate(&spec, argument, &rate, &error))
        return refuse(error.text);
    pace_ask(survey, rate);
    reports_hasten(survey);
    log_info("the rate is %s probes per second from now on, as was asked for", argument);
    return agree();
}

static json_t *reload(struct survey *survey, const char *argument)
{
    struct error_text error;

    if (!argument || strcmp(argument, "reload") != 0)
        return refuse("the only command of blocklist is 'blocklist reload'");
    if (!blocklist_reload_possible(survey))
        return refuse("there is no --blocklist FILE to read again");
    int code = blocklist_reload(survey, &error);
    if (code && code != -EINPROGRESS)
        return refuse(error.text);
    return json_pack("{s:b, s:I, s:b}", "ok", 1, "prefixes", (json_int_t)survey->reload.listed.prefixes.count,
                     "in_force", code == 0);
}

static json_t *stop(struct survey *survey, const char *argument)
{
    (void)argument;
    survey->live.stop = SIGTERM;
    return agree();
}

static const struct live_command {
    const char *name;
    bool takes_argument;
    json_t *(*run)(struct survey *survey, const char *argument);
} commands[] = {
    {"status", false, status}, {"pause", false, pause_now}, {"resume", false, resume},
    {"rate", true, set_rate},  {"blocklist", true, reload}, {"stop", false, stop},
};

/* Returns the number of words; those beyond WORDS_MAX are not kept. */
static int split(char *line, const char *words[WORDS_MAX])
{
    int count = 0;

    for (char *word, *rest = line; (word = strsep(&rest, " \t"));)
        if (*word && count++ < WORDS_MAX)
            words[count - 1] = word;
    return count;
}

static json_t *obey(struct survey *survey, char *line)
{
    const char *words[WORDS_MAX] = {NULL};
    int count = split(line, words);

    for (size_t i = 0; count && i < sizeof(commands) / sizeof(commands[0]); i++) {
        const struct live_command *command = &commands[i];

        if (strcmp(command->name, words[0]) != 0)
            continue;
        return count <= (command->takes_argument ? 2 : 1)
                   ? command->run(survey, words[1])
                   : refuse("there are more words than the command accepts");
    }
    return refuse("commands are status, pause, resume, rate PPS, blocklist reload, stop");
}

void live_control_order(struct survey *survey, const char *line)
{
    char copy[CONTROL_LINE_SIZE];

    snprintf(copy, sizeof(copy), "%s", line);
    json_t *answer = obey(survey, copy);
    const char *error = json_string_value(json_object_get(answer, "error"));

    if (error)
        log_warning("%s", error);
    json_decref(answer);
}

void live_control_interrupt(struct survey *survey)
{
    survey->live.stop = SIGINT;
}

static size_t answer_line(void *context, const char *line, char *answer)
{
    static const char too_long[] = "{\"ok\":false,\"error\":\"out of memory\"}";
    char copy[CONTROL_LINE_SIZE];

    snprintf(copy, sizeof(copy), "%s", line);
    json_t *object = obey(context, copy);
    size_t length =
        object ? json_dumpb(object, answer, CONTROL_ANSWER_SIZE - 1, JSON_COMPACT | JSON_ENSURE_ASCII) : 0;

    json_decref(object);
    if (length && length < CONTROL_ANSWER_SIZE)
        return length;
    memcpy(answer, too_long, sizeof(too_long) - 1);
    return sizeof(too_long) - 1;
}

static int take_reload(struct survey *survey)
{
    switch (blocklist_reload_possible(survey) ? reload_signal_take(&survey->live.hangup) : RELOAD_NO_NEWS) {
    case RELOAD_ASKED_FOR:
        blocklist_reload_tell(survey);
        return 0;
    case RELOAD_HUNG_UP:
        return SIGHUP;
    default:
        return 0;
    }
}

static int serve(struct survey *survey, uint64_t now_ns)
{
    if (now_ns >= survey->live.served_ns + SERVE_INTERVAL_NS) {
        survey->live.served_ns = now_ns;
        control_socket_serve(survey->live.socket, now_ns, answer_line, survey);
    }
    int stop = survey->live.stop;

    survey->live.stop = 0;
    return stop;
}

int live_control_wait(struct survey *survey, const struct stop_signals *signals, uint64_t timeout_ns)
{
    uint64_t served = clock_now_ns() - survey->live.served_ns;
    bool rests = survey->live.socket && served < SERVE_INTERVAL_NS;
    int hangup = blocklist_reload_possible(survey) ? survey->live.hangup.fd : -1;

    if (rests && timeout_ns > SERVE_INTERVAL_NS - served)
        timeout_ns = SERVE_INTERVAL_NS - served;
    int received = stop_signals_wait_beside(signals, timeout_ns, hangup,
                                            rests ? -1 : control_socket_fd(survey->live.socket));

    if (!received)
        received = take_reload(survey);
    return received ? received : serve(survey, clock_now_ns());
}
