// SPDX-License-Identifier: GPL-2.0-or-later
/* Packets lost on this host, by place, or in the simulated Internet because it was too slow. Private to
 * userspace/survey/. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "survey/status.h"

enum {
    LOSSES_MAX = 10,
};

struct survey_loss {
    const char *where; /* for the user: the ledger's name without its underscores */
    uint64_t count;
};

/* losses_find() fills `out` with all places, even those that lost nothing, in the order of the way of a probe
 * and its reply. Returns LOSSES_MAX. status_lost() returns their sum. */
size_t losses_find(const struct survey_status *status, struct survey_loss out[LOSSES_MAX]);
