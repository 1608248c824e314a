// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/live_screen.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/exit_code.h"
#include "base/log.h"
#include "base/number.h"
#include "session/terminal_signals.h"
#include "survey/live_control.h"
#include "survey/parts.h"
#include "survey/rate_step.h"

enum {
    /* A survey that ends earlier gets no screen, which would only flash up. */
    FIRST_PICTURE_NS = 1000000000,
    /* Reading all counters costs a few system calls per queue. */
    PICTURE_PERIOD_NS = 1000000000,
    TITLE_SIZE = 256,
    MESSAGES_SIZE = 2048,
    ORDER_SIZE = 64,
};

/* Shells in editors and the like, which show escape sequences as text. */
static bool is_dumb(void)
{
    const char *kind = getenv("TERM");

    return !kind || strcmp(kind, "dumb") == 0;
}

/* Returns the reason why there can be no screen; NULL: there can. */
static const char *obstacle(const struct survey *survey, int error)
{
    if (error)
        return error == -ENOTTY ? "stderr is not a terminal" : strerror(-error);
    if (record_output_has_stdout(&survey->config->records) && isatty(STDOUT_FILENO))
        return "results go to the terminal";
    return screen_is_ours(&survey->live_screen.screen) ? NULL : "it is in the background";
}

/* A program that reads results from stdout may use the terminal, too, and take its keys. */
static bool is_asked_for(const struct survey *survey)
{
    return survey->config->progress == SURVEY_PROGRESS_SCREEN ||
           (survey->config->progress == SURVEY_PROGRESS_AUTO && !is_dumb() &&
            !record_output_has_stdout(&survey->config->records));
}

static int refuse(struct survey *survey, const char *why)
{
    screen_close(&survey->live_screen.screen);
    if (survey->config->progress != SURVEY_PROGRESS_SCREEN)
        return EXIT_DONE;
    log_error("survey: --progress screen: %s", why);
    return EXIT_UNUSABLE;
}

int live_screen_open(struct survey *survey)
{
    struct live_screen *self = &survey->live_screen;
    int keys = isatty(STDIN_FILENO) ? STDIN_FILENO : STDERR_FILENO;

    self->signals = self->messages.fd = self->screen.out = -1;
    if (!is_asked_for(survey))
        return EXIT_DONE;
    const char *why = obstacle(survey, screen_prepare(&self->screen, keys, STDERR_FILENO));
    if (!why && messages_open(&self->messages))
        why = "there is no memory for messages";
    if (why)
        return refuse(survey, why);
    self->signals = terminal_signals_open();
    self->wanted = true;
    return EXIT_DONE;
}

static void write_title(const struct survey *survey, char title[TITLE_SIZE])
{
    char targets[NUMBER_TEXT_SIZE];

    uint64_t count = targets_count(survey->config->plan->targets);

    number_group(count, targets);
    if (survey->config->sim)
        snprintf(title, TITLE_SIZE, "hopwire survey of %s target%s in the simulated Internet", targets,
                 plural(count));
    else
        snprintf(title, TITLE_SIZE, "hopwire survey of %s target%s by %s%s", targets, plural(count),
                 survey->ways.list[0].egress.link.name, survey->outlet_count > 1 ? " and others" : "");
}

/* Compares over a whole period: between two keys too little happens for a rate. */
static void compare(struct live_screen *self, const struct survey_status *status, uint64_t now_ns)
{
    if (self->looked_ns && now_ns - self->looked_ns < PICTURE_PERIOD_NS)
        return;
    self->rates = survey_rates_between(&self->before, status, status->elapsed_ns - self->before.elapsed_ns);
    self->before = *status;
    self->looked_ns = now_ns;
}

static void draw(struct survey *survey, uint64_t now_ns)
{
    struct live_screen *self = &survey->live_screen;
    struct screen_size size = screen_size(&self->screen);
    char title[TITLE_SIZE], messages[MESSAGES_SIZE], *text = NULL;
    struct survey_status status;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    if (!out)
        return;
    survey_status(survey, &status);
    compare(self, &status, now_ns);
    write_title(survey, title);
    messages_last(&self->messages, messages, sizeof(messages));
    survey_picture_print(&(struct survey_picture){title, survey->live.phase, &status, self->rates,
                                                  survey->back_pressure.share, messages,
                                                  screen_fd(&self->screen) >= 0, !survey->sending_ended_ns},
                         size.rows, size.columns, out);
    if (fclose(out) == 0)
        screen_draw(&self->screen, text);
    free(text);
    self->due_ns = now_ns + PICTURE_PERIOD_NS;
}

/* Where the rate is as fast as possible, the step is taken from the achieved rate. */
static void change_rate(struct survey *survey, bool up)
{
    double rate = survey->steering.rate;
    char order[ORDER_SIZE];

    if (isnan(rate))
        rate = survey->rate_control.rate;
    if (isinf(rate) && up)
        return;
    if (isinf(rate))
        rate = survey->live_screen.rates.sent;
    snprintf(order, sizeof(order), "rate %.7g", rate_step(rate, up));
    live_control_order(survey, order);
}

static void take_key(struct survey *survey, enum screen_key key)
{
    switch (key) {
    case SCREEN_QUIT:
        live_control_interrupt(survey);
        break;
    case SCREEN_PAUSE:
        live_control_order(survey, steering_is_paused(&survey->steering) ? "resume" : "pause");
        break;
    case SCREEN_PLUS:
    case SCREEN_MINUS:
        change_rate(survey, key == SCREEN_PLUS);
        break;
    default:
        break;
    }
}

/* When no probes are sent any more, the only key left ends the survey at once. */
static bool take_keys(struct survey *survey)
{
    enum screen_key key;
    bool any = false;

    for (; (key = screen_key(&survey->live_screen.screen)) != SCREEN_NO_KEY; any = true)
        if (!survey->sending_ended_ns || key == SCREEN_QUIT)
            take_key(survey, key);
    return any;
}

static void show(struct live_screen *self)
{
    if (self->shown)
        return;
    self->shown = true;
    messages_hold(&self->messages);
    screen_show(&self->screen);
}

void live_screen_follow(struct survey *survey)
{
    struct live_screen *self = &survey->live_screen;
    uint64_t now = clock_now_ns();

    if (!self->wanted)
        return;
    bool changed = terminal_signals_take(self->signals, &self->screen);
    if (!survey->started_ns || now < survey->started_ns + FIRST_PICTURE_NS)
        return;
    show(self);
    if (take_keys(survey) || changed || now >= self->due_ns)
        draw(survey, now);
}

void live_screen_close(struct survey *survey)
{
    struct live_screen *self = &survey->live_screen;

    if (!self->wanted)
        return;
    self->wanted = false;
    screen_close(&self->screen);
    terminal_signals_close(self->signals);
    messages_release(&self->messages);
}

void live_screen_end(struct survey *survey)
{
    live_screen_close(survey);
    messages_close(&survey->live_screen.messages);
}
