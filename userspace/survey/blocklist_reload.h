// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Another blocklist while a survey runs. Senders do not stop for it: each comes to the new list between two
 * steps, within 20 ms, and says so; when all have, the one before goes.
 *
 *     file -> list -> set --sender_worker_leave_out()--> senders --sender_worker_leaves_out()--> the old set goes
 *
 * The targets stay those of the list at the start, which is what the metadata has of them: the host that is
 * drawn in a block does not change when another of the block asks to be left out. Private to
 * userspace/survey/.
 */
#pragma once

#include <stdbool.h>

#include "base/error_text.h"
#include "output/metadata_list.h"
#include "target/address_set.h"

struct survey;

struct blocklist_reload {
    struct address_set *in_force,
        *before;                 /* NULL: that of the plan; NULL: no sender may look at it any more */
    struct metadata_list listed; /* what is in force, normalized, where another list came */
    char *path;                  /* where a long list is kept beside the metadata; NULL: nowhere */
};

/* blocklist_reload_prepare() is called in the set-up, while paths can still be looked at. An exit code, after
 * one line on stderr where it is not EXIT_DONE. blocklist_reload_free() needs the senders to have ended. */
int blocklist_reload_prepare(struct survey *survey);
void blocklist_reload_free(struct survey *survey);

/* blocklist_reload_possible() says whether there is a file to read again: stdin and pipes are none. */
bool blocklist_reload_possible(const struct survey *survey);

/* blocklist_reload() reads it, and waits for the senders for as long as they need in good health. 0;
 * -EINPROGRESS where one has not come to it yet; or another negative errno with `error` written, and the list
 * before stays in force. */
int blocklist_reload(struct survey *survey, struct error_text *error);

/* blocklist_reload_tell() does so and tells it on stderr. */
void blocklist_reload_tell(struct survey *survey);
