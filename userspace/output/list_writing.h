// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A long list that is written beside the metadata (metadata_list.h) while the rest of a run is prepared: of a
 * hundred million addresses that takes as long as everything else. A process of its own does it, and not a
 * thread, since what is prepared includes what may only be done while there is no other thread:
 *
 *   list_writing_begin() ══ fork ══> writes, syncs ── error, SHA-256 ──> list_writing_end()    `file` is whole
 *                                          │
 *                                          └── list_writing_abandon(), or the caller ended ──> takes it away
 *
 * So nothing is left behind by whoever ends in between, whatever ends them.
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
 * list_writing_begin() begins to write `list`, where it needs a file as metadata_list_stage() says; its prefixes
 * may move, and must not change their order. 0 or a negative errno, after which there is nothing to abandon.
 */
int list_writing_begin(struct list_writing *self, const char *metadata, const char *name,
                       const struct prefix_list *list);

/*
 * list_writing_end() waits until it is written, and tells what metadata_list_stage() does: 0 or a negative errno,
 * -EINTR where a signal came that ends the run (base/stop_signal.h). list_writing_abandon() is right after every
 * outcome, and where all is 0.
 */
int list_writing_end(struct list_writing *self, struct replacement *file, struct list_reference *reference);
void list_writing_abandon(struct list_writing *self);
