// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is left of a process once all that it needs is open: no capability, another user where it was root's, and
 * a filter of system calls.
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
    unsigned keep;   /* enum privilege: what is open cannot be used without; mostly 0 */
};

/*
 * sandbox_keep_files() starts the keeper of the files that are opened later, if there are any. It stays who the
 * process is, so that root's files are root's; without capabilities, but for CAP_DAC_OVERRIDE where it has that
 * and one of the files lies where its user may not write. Behind a filter of its own. 0 or a negative errno.
 */
int sandbox_keep_files(const struct sandbox *sandbox, struct late_files *late);

/*
 * sandbox_enter() leaves the process without capabilities but `keep`, as that user, behind a filter that allows what
 * `allowed`, a set of enum filter_for, is for. Threads that hold capabilities of their own leave those by
 * privilege_leave_thread(). 0, or a negative errno with what could not be done in `what`.
 */
int sandbox_enter(const struct sandbox *sandbox, unsigned allowed, const char **what);
