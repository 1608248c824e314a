// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a process is reduced to once all that it needs is open: no capabilities, another user if it was root,
 * and a filter of system calls.
 *
 *   sandbox_keep_files() ── set-up ──> sandbox_enter() ──> probes
 *   the keeper, a process with          this process: --user, no capability, no file is opened
 *   the user's own rights
 */
#pragma once

#include <stdbool.h>

#include "base/late_files.h"
#include "host/syscall_filter.h"
#include "host/user.h"

struct sandbox {
    struct user user;
    bool unfiltered; /* --no-sandbox */
    unsigned keep;   /* enum privilege: needed to use what is open; usually 0 */
};

/*
 * sandbox_keep_files() starts the keeper of files that are opened later, if there are any. The keeper remains
 * the user that the process is, so that root's files stay root's. It has no capabilities, except
 * CAP_DAC_OVERRIDE if the process has that and one of the files is where its user may not write. It has a
 * system call filter of its own. Returns 0 or a negative errno.
 */
int sandbox_keep_files(const struct sandbox *sandbox, struct late_files *late);

/*
 * sandbox_enter() makes the process that user, without capabilities except `keep`, behind a filter that
 * allows what is needed for `allowed`, a set of enum filter_for. Threads with capabilities of their own give
 * them up by privilege_leave_thread(). Returns 0, or a negative errno with the failed action in `what`.
 */
int sandbox_enter(const struct sandbox *sandbox, unsigned allowed, const char **what);
