// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Loads another blocklist while a survey runs. Senders do not stop for it: each takes the new list between two
 * steps, within 20 ms, and confirms that. When all have confirmed, the old list is freed.
 *
 *     file -> list -> set --sender_worker_leave_out()--> senders --sender_worker_leaves_out()--> the old set goes
 *
 * The targets stay those that were made with the list at the start, as the metadata describes them: the host
 * drawn in a block does not change when another host of the block is added to the blocklist. Private to
 * userspace/survey/.
 */
#pragma once

#include <stdbool.h>

#include "base/error_text.h"
#include "output/metadata_list.h"
#include "target/address_set.h"

struct survey;

struct blocklist_reload {
    /* `in_force` is NULL while the plan's list is in force, `before` while no sender may use an older list. */
    struct address_set *in_force, *before;
    struct metadata_list listed; /* the list in force, normalized, once another list was loaded */
    char *path;                  /* file beside the metadata for a long list; NULL: none */
};

/* blocklist_reload_prepare() is called in the set-up, while paths can still be resolved. Returns an exit code,
 * after one line on stderr where it is not EXIT_DONE. blocklist_reload_free() may be called only after the
 * senders have ended. */
int blocklist_reload_prepare(struct survey *survey);
void blocklist_reload_free(struct survey *survey);

/* blocklist_reload_possible() returns true if there is a file to read again. Stdin and pipes cannot be read
 * again. */
bool blocklist_reload_possible(const struct survey *survey);

/* blocklist_reload() reads the file, and waits for the senders as long as they normally need. Returns 0;
 * -EINPROGRESS where a sender has not taken the list yet; or another negative errno with `error` written, and
 * the old list stays in force. */
int blocklist_reload(struct survey *survey, struct error_text *error);

/* blocklist_reload_tell() does the same and prints the result on stderr. */
void blocklist_reload_tell(struct survey *survey);
