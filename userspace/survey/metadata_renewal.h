// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The metadata of a survey that runs, renewed so that it says what was done so far, whatever ends the run. A
 * disk may take seconds to keep a file for good, and control has better things to do: a thread waits for it.
 *
 *     control: counters -> text --metadata_renewal_write()--> thread: file, fsync(2), rename
 *
 * One text is written at a time; while the one before is not done, none is asked for.
 */
#pragma once

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/late_files.h"

struct metadata_renewal {
    const char *path;
    struct late_files *late;
    pthread_t thread;
    bool started;
    _Atomic bool done; /* set by the thread last of all */
    int error;         /* of the last text; the thread's until it is done */
    int told;          /* the last one that was warned of */
    char *text;
    size_t length;
};

/* metadata_renewal_ready() says whether the text before is written, or could not be, which is warned of. */
bool metadata_renewal_ready(struct metadata_renewal *renewal);

/* metadata_renewal_write() has `text`, from malloc() and taken over, written where it is ready. A machine that
 * gives no thread goes on with the text before. */
void metadata_renewal_write(struct metadata_renewal *renewal, char *text, size_t length);

/* metadata_renewal_end() waits for the text under way, so that what is written next is the last. Right also
 * where there was none. */
void metadata_renewal_end(struct metadata_renewal *renewal);
