// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How long output that is printed once waits for names. Names are asked for when answers come, all at once.
 * So a printer waits for the slowest name, not for one name after the other.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "strategy/path.h"
#include "trace/names.h"

struct name_patience {
    uint64_t until_ns; /* 0: not waiting */
    bool missed;       /* a name came too late before: the wait for later names is short */
};

/* name_patience_waits() returns true if the caller must wait longer at `now_ns`, while names are still
 * `open`. It stores until when. */
bool name_patience_waits(struct name_patience *patience, bool open, uint64_t now_ns);

/* name_patience_due() returns until when to wait, or UINT64_MAX where nothing is waited for. */
uint64_t name_patience_due(const struct name_patience *patience);

/* path_hop_names_open() returns true while names of a hop's responders are still being asked for, and asks
 * for new ones. path_names_open() does the same for the whole path. */
bool path_hop_names_open(const struct path *path, unsigned ttl, struct names *names);
bool path_names_open(const struct path *path, struct names *names);
