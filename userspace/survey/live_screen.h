// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The screen of a survey: what it finds, as it finds it, and keys for what `hopwire ctl` does (survey/live_control.h). The main
 * thread draws it between two looks at all else.
 *
 *   live_screen_open()      before any thread, and with what cannot be opened later
 *     live_screen_follow()  at every tick; takes the terminal once there is something to show
 *   live_screen_close()     the terminal as it was, and what was said meanwhile
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
    bool wanted; /* it is ready, and not closed yet */
    bool shown;
    struct screen screen;
    int signals; /* session/terminal_signals.h */
    struct messages messages;
    uint64_t due_ns;             /* of the next picture, where nothing asks for one before */
    uint64_t looked_ns;          /* when figures were compared last; 0: never */
    struct survey_status before; /* then */
    struct survey_rates rates;
};

/* live_screen_open() decides whether there is one: an exit code, after one line where the screen that was asked for
 * cannot be. live_screen_close() is right at any time after it, and live_screen_end(), which is for when no thread can speak any
 * more, after every outcome. */
int live_screen_open(struct survey *survey);
void live_screen_follow(struct survey *survey);
void live_screen_close(struct survey *survey);
void live_screen_end(struct survey *survey);
