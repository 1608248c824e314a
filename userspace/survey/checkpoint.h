// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Checkpoints of a running survey. Every few seconds a state is stored from which another run can continue: it
 * does not repeat probes whose answers are known, and omits no others. Private to userspace/survey/.
 *
 *   T     all senders are held while what they know is written            (survey/snapshot.h)
 *         all probes chosen until T leave
 *         the cooldown passes: their answers are in the writer's rings, or never come
 *         the writer writes all records that it was given
 *         fdatasync of the results, then of the state                    (state/state_file.h)
 *
 * So the replies up to the time of a stored state are always on the disk, too. Probes sent after T are sent again
 * by the next run: those of one cooldown and one interval at most. A thread of its own does all of this and may
 * wait for disks. Senders wait only for a copy into the kernel's cache, receivers do not wait, and the writer is
 * only asked to flush. A copy in the process's own memory would take a hundred megabytes where a strategy knows
 * of millions of targets.
 *
 * Threads: checkpoint_tell() is called by the main thread. The others are called while the checkpoint's thread
 * does not run.
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
    FILE *out;                /* the file's stream for the checkpoint under way, or NULL */
    struct state_found found; /* the state that the run before left */
    uint64_t before;          /* number of its records */
    pthread_t thread;
    bool started;
    _Atomic bool stop;   /* set by the survey */
    const char *failed;  /* path of the results that could not be made durable, or NULL: for its own thread */
    _Atomic int error;   /* 0, or the negative errno of the first failure: no more checkpoints are made */
    uint64_t longest_ns; /* longest time that senders were held so far */
};

/* checkpoint_open() opens the state, where one is kept. Returns EXIT_DONE, or the exit code after one line on
 * stderr. checkpoint_close() may be called after any outcome. */
int checkpoint_open(struct survey *survey);
void checkpoint_close(struct survey *survey);

/* checkpoint_begin() empties the state for a new survey. Returns 0 or a negative errno, after one line on
 * stderr. */
int checkpoint_begin(struct survey *survey);

/* checkpoint_load() reads the state that the run before left. checkpoint_take_up() restores the senders from
 * it, if there is one; their strategies must be new. Returns EXIT_DONE, or the exit code after one line. */
int checkpoint_load(struct survey *survey);
int checkpoint_take_up(struct survey *survey);

/* checkpoint_durable() returns how many records are known to be stored with that state. */
uint64_t checkpoint_durable(const struct survey *survey);

/* checkpoint_start() starts the thread, after the senders. Returns 0 or a negative errno. checkpoint_stop()
 * ends it, before their backends are closed. It may have to wait for the disk, but for nothing else. */
int checkpoint_start(struct survey *survey);
void checkpoint_stop(struct survey *survey);

/* checkpoint_tell() stores the counters so far, for the metadata of the next run if this one is killed. `state`
 * is that of this run. */
void checkpoint_tell(struct survey *survey, const struct survey_status *status, const char *state);

/*
 * checkpoint_end() is called when no thread runs and all records are written. If `finished`, nothing is left to
 * do, and the state is removed. Otherwise the final state is stored, if `settled`: all chosen probes have left,
 * and their replies were waited for.
 */
void checkpoint_end(struct survey *survey, bool finished, bool settled);
