// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The screen of a survey: its findings while it runs, and keys for the commands of `hopwire ctl`
 * (survey/live_control.h). The main thread draws it between its other tasks.
 *
 *   live_screen_open()      before any thread starts; opens what cannot be opened later
 *     live_screen_follow()  at every tick; takes the terminal once there is something to show
 *   live_screen_close()     restores the terminal and prints the messages of the meantime
 *   live_screen_end()
 *
 * Private to userspace/survey/.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "session/screen.h"
#include "survey/messages.h"
#include "survey/picture.h"
#include "survey/status.h"

struct survey;

/* Begins as zeros. */
struct live_screen {
    bool wanted; /* it is open, and not closed yet */
    bool shown;
    struct screen screen;
    int signals; /* session/terminal_signals.h */
    struct messages messages;
    uint64_t due_ns;             /* of the next picture, unless something asks for one earlier */
    uint64_t looked_ns;          /* when figures were last compared; 0: never */
    struct survey_status before; /* the status at that time */
    struct survey_rates rates;
};

/* live_screen_open() decides whether there is a screen. Returns an exit code, after one line where a screen was
 * asked for and is impossible. live_screen_close() may be called at any time after it. live_screen_end() may be
 * called after any outcome, once no thread can log any more. */
int live_screen_open(struct survey *survey);
void live_screen_follow(struct survey *survey);
void live_screen_close(struct survey *survey);
void live_screen_end(struct survey *survey);
