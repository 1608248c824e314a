// SPDX-License-Identifier: GPL-2.0-or-later
/* The senders and receivers of a survey, from their memory to their end. Private to userspace/survey/. */
#pragma once

#include "survey/parts.h"

/*
 * crew_allocate() allocates the memory of all workers, once the number of RX queues is known.
 * crew_prepare_senders() opens strategies and TX backends, crew_prepare_receivers() the rest. No thread is
 * started. They return EXIT_DONE, or the exit code after one line on stderr. crew_close() may be called after
 * any outcome; it ends all threads first.
 */
int crew_allocate(struct survey *survey);
int crew_prepare_senders(struct survey *survey);
int crew_prepare_receivers(struct survey *survey);
void crew_close(struct survey *survey);
