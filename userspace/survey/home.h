// SPDX-License-Identifier: GPL-2.0-or-later
/* Where a survey runs: the CPU of each of its threads, and memory near its device. Private to
 * userspace/survey/. */
#pragma once

#include "survey/parts.h"

/* home_place() chooses CPUs. It must be called again when another backend is taken. home_settle() is
 * called when the device is known: memory allocated, and threads started, from then on are near it. Both
 * return EXIT_DONE, or the exit code after one line on stderr. home_leave() may be called after any
 * outcome. */
int home_place(struct survey *survey);
int home_settle(struct survey *survey);
void home_leave(struct survey *survey);
