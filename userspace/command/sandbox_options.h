// SPDX-License-Identifier: GPL-2.0-or-later
/* Options about what a command may do while it probes, the same for survey, trace and ping. */
#pragma once

#include <stdbool.h>

#include "base/options.h"
#include "host/sandbox.h"

struct sandbox_options {
    const char *user;
    bool none;
};

/* The specifications of these options, whose struct is at `base`. */
#define SANDBOX_OPTION_SPECS(base)                                                                           \
    {"user", 0, "NAME", OPTION_FIELD_AT(option_text, base, struct sandbox_options, user),                    \
     .help = "user that root becomes before the first probe\n(default: " USER_NOBODY ")"},                   \
    {                                                                                                        \
        "no-sandbox", 0, NULL, OPTION_FIELD_AT(option_flag, base, struct sandbox_options, none),             \
            .help =                                                                                          \
                "do not filter system calls while probing; for\ndebuggers, and kernels without such filters" \
    }

/* sandbox_options_choose() writes the result of the options into `out`. Returns an exit code, after one line
 * on stderr that begins with `command` if they are not possible. */
int sandbox_options_choose(const char *command, const struct sandbox_options *options, struct sandbox *out);
