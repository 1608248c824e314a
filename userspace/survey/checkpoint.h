// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Checkpoints of a running survey: every few seconds, a state from which another run can go on without asking for
 * what is known, and without leaving out what is not. Private to userspace/survey/.
 *
 *   T     all senders are held, and what they know is written down       (survey/snapshot.h)
 *         all that was chosen until T leaves
 *         the cooldown passes: answers to it are in the writer's rings, or never come
 *         the writer writes all that it was given
 *         fdatasync of the results, then of the state                    (state/state_file.h)
 *
 * So the state that lasts is of a time whose replies last. What was asked since T is asked again, which takes one
 * cooldown and one interval at most. All of it is done by a thread of its own, which may wait for disks: senders
 * wait for a copy in the kernel's cache, receivers for nothing, and the writer is asked to flush. A copy in memory of our own
 * would take a hundred megabytes where a strategy knows of millions of targets.
 *
 * Threads: checkpoint_tell() is the main thread's. The others are called while this thread does not run.
 */
#pragma once

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "state/state_file.h"

struct survey;
struct survey_status;

struct checkpoint {
    struct state_file *file;  /* NULL: this survey keeps no state */
    FILE *out;                /* the file's: of the checkpoint that is under way, if any */
    struct state_found found; /* what the run before left */
    uint64_t before;          /* records that it left */
    pthread_t thread;
    bool started;
    _Atomic bool stop;   /* set by the survey */
    _Atomic int error;   /* 0, or the negative errno of the first failure: none is made any more */
    uint64_t longest_ns; /* for which a sender was kept so far */
};

/* checkpoint_open() opens the state where one is kept. EXIT_DONE, or the exit code after one line on stderr.
 * checkpoint_close() is right after every outcome. */
int checkpoint_open(struct survey *survey);
void checkpoint_close(struct survey *survey);

/* checkpoint_begin() empties it for a survey that begins: 0 or a negative errno, after one line on stderr. */
int checkpoint_begin(struct survey *survey);

/* checkpoint_load() reads what the run before left of this survey. checkpoint_take_up() brings the senders there
 * where it left something; their strategies must be new. EXIT_DONE, or the exit code after one line. */
int checkpoint_load(struct survey *survey);
int checkpoint_take_up(struct survey *survey);

/* checkpoint_durable() is how many records that state is known to stand on. */
uint64_t checkpoint_durable(const struct survey *survey);

/* checkpoint_start() starts the thread, once senders have; checkpoint_stop() ends it, before their backends close,
 * and waits for the disk at most. 0 or a negative errno. */
int checkpoint_start(struct survey *survey);
void checkpoint_stop(struct survey *survey);

/* checkpoint_tell() leaves how much was done until now, for the metadata of the run that goes on after a kill;
 * `state` is this run's. */
void checkpoint_tell(struct survey *survey, const struct survey_status *status, const char *state);

/*
 * checkpoint_end(), once no thread runs and all is written: `finished`, nothing is left to go on with, and the state
 * goes; else it is what was reached, if `settled`: all that was chosen has left, and been waited for.
 */
void checkpoint_end(struct survey *survey, bool finished, bool settled);
