// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writes a long list beside the metadata (metadata_list.h) while the rest of a run is prepared: a hundred
 * million addresses take as long as everything else together. A process of its own does it instead of a
 * thread, because some preparations are only possible while there is no other thread:
 *
 *   list_writing_begin() ══ fork ══> writes, syncs ── error, SHA-256 ──> list_writing_end()    `file` is complete
 *                                          │
 *                                          └── list_writing_abandon(), or the caller ended ──> removes it
 *
 * So nothing is left behind if either process ends meanwhile, for any reason.
 */
#pragma once

#include <sys/types.h>

#include "output/metadata_list.h"

struct list_writing {
    struct replacement file;
    struct list_reference reference;
    pid_t process; /* 0: none */
    int socket;
};

/*
 * list_writing_begin() begins to write `list`, if it needs a file by the rules of metadata_list_stage(). Its
 * prefixes may be moved, but their order must not change. Returns 0, or a negative errno; then there is
 * nothing to abandon.
 */
int list_writing_begin(struct list_writing *self, const char *metadata, const char *name,
                       const struct prefix_list *list);

/*
 * list_writing_end() waits until the list is written, and returns the same as metadata_list_stage(): 0 or a
 * negative errno, -EINTR if a signal came that ends the run (base/stop_signal.h). list_writing_abandon() may
 * be called after any outcome, and on zeros.
 */
int list_writing_end(struct list_writing *self, struct replacement *file, struct list_reference *reference);
void list_writing_abandon(struct list_writing *self);
