// SPDX-License-Identifier: GPL-2.0-or-later
/* What came back for a probe, and what that says about its way. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "output/record.h"
#include "probe.h"

struct answer {
    uint64_t target;     /* index, or the owner of a probe that is kept in a table */
    struct probe probe;  /* as far as it is known: a survey's has what was quoted */
    bool from_target;    /* it came from the target's address */
    uint64_t arrived_ns; /* CLOCK_MONOTONIC */
    struct record record;
};

enum answer_meaning {
    ANSWER_ON_THE_WAY, /* the probe came so far, and would have gone on */
    ANSWER_REFUSED,    /* somebody does not let it go on */
    ANSWER_ARRIVED,    /* the target has it */
};

/*
 * answer_meaning(): a port or protocol is refused by the target, whichever of its addresses it answers from,
 * and other Destination Unreachable by the target where it has the target's address. Time Exceeded is no end,
 * not even from that address: routers behind one that forwards it to elsewhere have it, too.
 */
enum answer_meaning answer_meaning(const struct answer *answer);
