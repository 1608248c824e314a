// SPDX-License-Identifier: GPL-2.0-or-later
/* Where a survey runs: the CPU that each of its threads keeps to, and the memory near its device. Private to
 * userspace/survey/. */
#pragma once

#include "survey/parts.h"

/* home_place() decides on CPUs; called anew where another backend is taken. home_settle() does so once the
 * device is known: memory that is asked for from then on, and threads, are near it. Both return EXIT_DONE, or
 * the exit code after one line on stderr; home_leave() is right after every outcome. */
int home_place(struct survey *survey);
int home_settle(struct survey *survey);
void home_leave(struct survey *survey);
