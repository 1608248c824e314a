// SPDX-License-Identifier: GPL-2.0-or-later
#include "command/sandbox_options.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/exit_code.h"
#include "session/refuse.h"

enum {
    /* If there is no such user: the kernel's own number for it (fs.overflowuid). */
    NOBODY_NUMBER = 65534,
};

/* A root that may not change its user, as in some containers, has fewer capabilities to give up. */
static int choose_usual(struct sandbox *out)
{
    if (user_can_change() && user_find(USER_NOBODY, &out->user))
        out->user = (struct user){USER_NOBODY, NOBODY_NUMBER, NOBODY_NUMBER};
    return EXIT_DONE;
}

int sandbox_options_choose(const char *command, const struct sandbox_options *options, struct sandbox *out)
{
    *out = (struct sandbox){.unfiltered = options->none};
    if (!options->user)
        return choose_usual(out);
    if (!user_can_change())
        return command_refuse(command,
                              "--user: only root, with CAP_SETUID and CAP_SETGID, can become another user");
    int error = user_find(options->user, &out->user);

    if (!error && out->user.uid == geteuid())
        out->user.name = NULL;
    if (!error)
        return EXIT_DONE;
    return command_refuse(command, "--user: there is no user '%s'%s%s", options->user,
                          error == -ENOENT ? "" : ": ", error == -ENOENT ? "" : strerror(-error));
}
