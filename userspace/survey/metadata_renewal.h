// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Renews the metadata of a running survey, so that it states what was done so far, however the run ends. A
 * disk may take seconds to store a file, and control must not wait for it. So a thread does.
 *
 *     control: counters -> text --metadata_renewal_write()--> thread: file, fsync(2), rename
 *
 * One text is written at a time. While it is not done, control does not make another one.
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
    _Atomic bool done; /* set by the thread as its last action */
    int error;         /* of the last text; belongs to the thread until `done` */
    int told;          /* the last error that was warned of */
    char *text;
    size_t length;
};

/* metadata_renewal_ready() returns true if the last text is written or has failed. It warns of a failure. */
bool metadata_renewal_ready(struct metadata_renewal *renewal);

/* metadata_renewal_write() takes over `text`, from malloc(), and makes a thread write it. It may be called only
 * after metadata_renewal_ready() returned true. On a machine that refuses a thread, the old text stays. */
void metadata_renewal_write(struct metadata_renewal *renewal, char *text, size_t length);

/* metadata_renewal_end() waits for the text under way, so that what is written next is the last. It may
 * also be called where there was none. */
void metadata_renewal_end(struct metadata_renewal *renewal);
