// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How long what is printed once waits for names. Names are asked for when answers come, all at once, so that
 * printers wait for the slowest of them, not for one after the other.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "strategy/path.h"
#include "trace/names.h"

struct name_patience {
    uint64_t until_ns; /* 0: nothing is waited for */
    bool missed;       /* a name came too late before: later ones are waited for no longer than a moment */
};

/* name_patience_waits() says whether to wait any longer at `now_ns`, when names are still `open`, and keeps
 * until when. */
bool name_patience_waits(struct name_patience *patience, bool open, uint64_t now_ns);

/* name_patience_due() is until when it waits, UINT64_MAX where it does not. */
uint64_t name_patience_due(const struct name_patience *patience);

/* path_hop_names_open() says whether names of who answered at a hop are still being asked for, and asks for
 * those that are new; path_names_open() likewise of the whole path. */
bool path_hop_names_open(const struct path *path, unsigned ttl, struct names *names);
bool path_names_open(const struct path *path, struct names *names);
