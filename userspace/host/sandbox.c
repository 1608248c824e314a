// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/sandbox.h"

#include <time.h>

#include "host/privilege.h"

static int keep_what_files_need(const struct late_files *late)
{
    int error = privilege_narrow(0);

    if (!error)
        error = privilege_drop(PRIVILEGE_FILES);
    if (!error)
        error = privilege_use(0);
    if (error)
        return error;
    return late_files_are_ours(late) ? privilege_drop(0) : privilege_use(PRIVILEGE_FILES);
}

static int settle(const struct late_files *late, void *context)
{
    const struct sandbox *sandbox = context;
    int error = keep_what_files_need(late);

    return error || sandbox->unfiltered ? error : syscall_filter_install(FILTER_FOR_FILES);
}

int sandbox_keep_files(const struct sandbox *sandbox, struct late_files *late)
{
    struct sandbox copy = *sandbox;

    return late_files_is_empty(late) ? 0 : late_files_start(late, settle, &copy);
}

int sandbox_enter(const struct sandbox *sandbox, unsigned allowed, const char **what)
{
    tzset(); /* it reads a file, which otherwise happens at the first use of local time */
    *what = "become another user";
    int error = user_become(&sandbox->user);

    if (error)
        return error;
    *what = "give up privileges";
    error = privilege_drop(sandbox->keep);
    if (error || sandbox->unfiltered)
        return error;
    *what = "filter its own system calls (--no-sandbox leaves this out)";
    return syscall_filter_install(allowed);
}
