// SPDX-License-Identifier: GPL-2.0-or-later
/* --probe and --port: which layout probes have, for every command that makes them up or makes them. */
#pragma once

#include "base/options.h"
#include "packet/layout.h"

struct probe_options {
    const char *name; /* one of layout_choices(); NULL: the usual one */
    uint32_t port;    /* 0: its usual one */
};

/* command_choose_layout() finds what was asked for, and whether it can carry so many flows. The key is the
 * caller's to set. EXIT_DONE, or EXIT_UNUSABLE after one line on stderr. */
int command_choose_layout(const char *command, const struct probe_options *options, unsigned flows,
                          struct layout_choice *out);
