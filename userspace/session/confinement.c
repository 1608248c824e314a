// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/confinement.h"

#include <jansson.h>
#include <string.h>

#include "base/exit_code.h"
#include "base/log.h"
#include "host/privilege.h"

static int say_error(const char *command, const char *what, int error)
{
    if (error)
        log_error("%s: cannot %s: %s", command, what, strerror(-error));
    return error ? EXIT_FAILED : EXIT_DONE;
}

int session_drop(const char *command, const struct sandbox *sandbox)
{
    unsigned keep = sandbox->user.name ? PRIVILEGE_USER | PRIVILEGE_FILES : 0;
    int error = privilege_narrow(0);

    return say_error(command, "give up privileges", error ? error : privilege_drop(keep));
}

int session_confine(const char *command, const struct sandbox *sandbox, unsigned allowed)
{
    const char *what = "";

    json_object_seed(0); /* it reads a file at its first use, so use it now */
    int error = sandbox_enter(sandbox, allowed, &what);

    return say_error(command, what, error);
}
