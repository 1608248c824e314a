// SPDX-License-Identifier: GPL-2.0-or-later
/* One path, round after round: mtr's table on the screen, or printed after a number of rounds. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/address_text.h"
#include "base/clock.h"
#include "base/exit_code.h"
#include "base/log.h"
#include "base/number.h"
#include "base/printable.h"
#include "output/json_value.h"
#include "session/screen.h"
#include "session/terminal_signals.h"
#include "trace/scroll.h"
#include "trace/view.h"
#include "trace/watch_picture.h"
#include "trace/watch_table.h"

enum {
    PICTURE_PERIOD_NS = 200000000, /* more often, eyes cannot follow the figures */
    TITLE_SIZE = 256,
};

struct watch_view {
    struct names *names; /* owned by the run */
    struct path *path;
    struct hop_stats hops[PROBE_MAX_TTL + 1]; /* by TTL */
    struct hop_told told[PROBE_MAX_TTL + 1];  /* likewise */
    unsigned end;                             /* TTL at which the path ends; 0: not known */
    bool reached;                             /* in any round that has ended */
    bool paused, without_names;
    struct screen screen;
    bool on_screen;
    int terminal_signals; /* a descriptor for signals about the terminal; -1: none */
    uint64_t drawn_ns;
    bool changed;
    char title[TITLE_SIZE];
    struct scroll scroll; /* of the hops */
};

/* Where the target answers at several TTLs, because it lost a probe, the nearest is its distance. */
static void note_end(struct watch_view *self, unsigned ttl, const struct answer *answer)
{
    if (answer_meaning(answer) != ANSWER_ON_THE_WAY)
        self->end = self->end && self->end < ttl ? self->end : ttl;
    else if (self->end == ttl)
        self->end = 0;
}

/* Shows an answer that is counted already. */
static void show_answer(struct watch_view *self, unsigned ttl, const struct answer *answer)
{
    const char *name;

    hop_told_note(&self->told[ttl], &self->hops[ttl], answer->record);
    note_end(self, ttl, answer);
    names_get(self->names, answer->responder, &name); /* asked for at once */
}

static void settled(void *context, struct path *path, unsigned ttl, unsigned query,
                    const struct answer *answer)
{
    struct watch_view *self = context;

    if (answer) {
        struct answer judged = *answer;

        judged.solicited = path_meaning(path, path_query(path, ttl, query)) == ANSWER_ARRIVED;
        hop_stats_settled(&self->hops[ttl], query, &judged);
        show_answer(self, ttl, &judged);
    } else {
        hop_stats_settled(&self->hops[ttl], query, NULL);
    }
    self->changed = true;
}

static void late(void *context, struct path *path, unsigned ttl, const struct answer *answer)
{
    struct watch_view *self = context;
    struct answer judged = *answer;

    judged.solicited = path_answer_meaning(path, answer) == ANSWER_ARRIVED;
    hop_stats_late(&self->hops[ttl], &judged);
    show_answer(self, ttl, &judged);
    self->reached |= answer_reached(answer_meaning(&judged));
    self->changed = true;
}

static void round_ended(void *context, struct path *path, uint64_t now_ns)
{
    struct watch_view *self = context;

    (void)now_ns;
    self->reached |= path_reached(path);
    for (unsigned ttl = 0; ttl <= PROBE_MAX_TTL; ttl++)
        hop_stats_round_ended(&self->hops[ttl]);
    self->changed = true;
}

static void write_title(struct trace_run *run, const struct host *host)
{
    struct watch_view *self = run->state;
    char source[ADDRESS_TEXT_SIZE], address[ADDRESS_TEXT_SIZE];
    char *name = printable_copy(host->name);

    address_format(host->source, source);
    address_format(host->address, address);
    snprintf(self->title, sizeof(self->title), "%s (%s) from %s, %s", name ? name : address, address, source,
             run->style.protocol);
    free(name);
}

/* As mtr: rows up to the end of the path, or up to the first silent hop behind the last one that answered. */
static unsigned rows(const struct watch_view *self)
{
    unsigned first = path_config(self->path)->first_ttl, last = PROBE_MAX_TTL;

    if (self->end)
        return self->end - first + 1;
    while (last >= first && !self->hops[last].responder_count)
        last--;
    if (last < PROBE_MAX_TTL && hop_stats_sent(&self->hops[last + 1]))
        last++;
    return last - first + 1;
}

static struct watch_table table_of(const struct trace_run *run, unsigned width)
{
    const struct watch_view *self = run->state;
    unsigned first = path_config(self->path)->first_ttl;

    return (struct watch_table){
        .hops = &self->hops[first],
        .told = &self->told[first],
        .first_ttl = first,
        .count = rows(self),
        .tos = run->style.tos,
        .names = self->without_names ? NULL : run->style.names,
        .owners = run->style.owners,
        .width = width,
    };
}

static void draw(struct trace_run *run, uint64_t now_ns)
{
    struct watch_view *self = run->state;
    struct screen_size size = screen_size(&self->screen);
    struct watch_table table = table_of(run, size.columns);
    const struct watch_heading heading = {self->title, path_rounds(self->path), self->paused};
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);

    if (!out)
        return;
    watch_picture_print(&heading, &table, &self->scroll, size.rows, out);
    fclose(out);
    screen_draw(&self->screen, text);
    free(text);
    self->drawn_ns = now_ns;
    self->changed = false;
}

static uint64_t step(struct trace_run *run, uint64_t now_ns)
{
    struct watch_view *self = run->state;

    if (!self->on_screen || !self->changed)
        return UINT64_MAX;
    if (now_ns < self->drawn_ns + PICTURE_PERIOD_NS)
        return self->drawn_ns + PICTURE_PERIOD_NS;
    draw(run, now_ns);
    return UINT64_MAX;
}

static void forget_keys(struct trace_run *run)
{
    const struct watch_view *self = run->state;

    session_unwatch(&run->session, screen_fd(&self->screen));
}

static void take_key(struct trace_run *run, enum screen_key key, uint64_t now_ns)
{
    struct watch_view *self = run->state;

    switch (key) {
    case SCREEN_QUIT:
        session_stop(&run->session);
        break;
    case SCREEN_PAUSE:
        self->paused = !self->paused;
        path_pause(self->path, self->paused);
        fleet_wake(run->session.fleet, path_config(self->path)->owner, now_ns);
        break;
    case SCREEN_RESET:
        memset(self->hops, 0, sizeof(self->hops));
        path_forget_lost(self->path);
        self->end = 0;
        break;
    case SCREEN_NAMES:
        self->without_names = !self->without_names;
        break;
    case SCREEN_KEYS_ENDED:
        forget_keys(run);
        break;
    default:
        scroll_move(&self->scroll, key);
        break;
    }
    self->changed = true;
}

static void key_came(void *context, uint64_t now_ns)
{
    struct trace_run *run = context;
    struct watch_view *self = run->state;
    enum screen_key key;

    while ((key = screen_key(&self->screen)) != SCREEN_NO_KEY)
        take_key(run, key, now_ns);
}

static void terminal_signal_came(void *context, uint64_t now_ns)
{
    struct trace_run *run = context;
    struct watch_view *self = run->state;

    (void)now_ns;
    self->changed |= terminal_signals_take(self->terminal_signals, &self->screen);
}

static void watch_terminal(struct trace_run *run)
{
    struct watch_view *self = run->state;

    self->terminal_signals = terminal_signals_open();
    session_watch(&run->session, self->terminal_signals, terminal_signal_came, run);
    session_watch(&run->session, screen_fd(&self->screen), key_came, run);
}

static int open_screen(struct trace_run *run)
{
    struct watch_view *self = run->state;
    int error = screen_open(&self->screen, STDIN_FILENO, STDOUT_FILENO);

    if (error) {
        log_error("trace: --watch: %s",
                  error == -ENOTTY ? "stdout is not a terminal: --report N prints the table after N rounds"
                                   : strerror(-error));
        return EXIT_UNUSABLE;
    }
    self->on_screen = self->changed = true;
    watch_terminal(run);
    return EXIT_DONE;
}

static int open_watch(struct trace_run *run)
{
    const struct host *host = &run->config->hosts->list[0];
    struct watch_view *self = run->state;
    const struct path_observer observer = {settled, late, round_ended, self};

    self->names = run->style.names;
    self->terminal_signals = -1;
    if (trace_add_path(run, host, 0, &observer, &self->path))
        return trace_out_of_memory();
    write_title(run, host);
    return run->config->report ? EXIT_DONE : open_screen(run);
}

static int print_json(struct trace_run *run)
{
    const struct watch_view *self = run->state;
    const struct host *host = &run->config->hosts->list[0];
    struct watch_table table = table_of(run, 0);
    unsigned changed = watch_table_tos_changed(&table);
    json_t *object =
        json_pack("{s:o, s:o, s:I, s:b, s:i, s:o, s:o}", "target", json_address(host->address), "name",
                  json_text(host->name), "rounds", (json_int_t)path_rounds(self->path), "reached",
                  self->reached || path_reached(self->path), "tos", (int)table.tos, "tos_changed_ttl",
                  changed ? json_integer(changed) : json_null(), "hops", watch_table_json(&table));

    if (!object)
        return trace_out_of_memory();
    json_print_line(object, stdout);
    return EXIT_DONE;
}

/* A report is printed once, so it waits for names. */
static void wait_for_names(struct trace_run *run)
{
    const struct watch_table table = table_of(run, 0);
    uint64_t now = clock_now_ns(), end = now + NAMES_PATIENCE_NS;

    for (; !run->signals.received && now < end && watch_table_names_open(&table); now = clock_now_ns())
        trace_wait_for_names(run, now, end);
}

/* The table that was on the screen is also left behind as text. */
static int finish(struct trace_run *run)
{
    struct watch_view *self = run->state;
    struct watch_table table = table_of(run, 0);
    int result = EXIT_DONE;

    if (run->config->report)
        wait_for_names(run);
    if (self->on_screen)
        screen_close(&self->screen);
    self->on_screen = false;
    if (run->config->json) {
        result = print_json(run);
    } else {
        printf("%s, %llu round%s\n", self->title, (unsigned long long)path_rounds(self->path),
               plural(path_rounds(self->path)));
        watch_table_print(&table, stdout);
    }
    fflush(stdout);
    return result;
}

static void close_watch(struct trace_run *run)
{
    struct watch_view *self = run->state;

    if (self->on_screen)
        screen_close(&self->screen);
    terminal_signals_close(self->terminal_signals);
}

const struct trace_view trace_view_watch = {
    .state_size = sizeof(struct watch_view),
    .open = open_watch,
    .step = step,
    .finish = finish,
    .close = close_watch,
};
