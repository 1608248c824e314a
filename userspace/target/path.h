// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A path is a target and a flow: the hops that probes of this flow meet on their way to the target. Paths are
 * numbered target by target. Arrays with facts per path have this order.
 */
#pragma once

#include <stdint.h>

/* path_of() returns the number of the path of `flow`, below `flows`, to `target`. */
static inline uint64_t path_of(uint64_t target, unsigned flow, unsigned flows)
{
    return target * flows + flow;
}

/* path_target() and path_flow() return the target and the flow of a path. */
static inline uint64_t path_target(uint64_t path, unsigned flows)
{
    return path / flows;
}

static inline unsigned path_flow(uint64_t path, unsigned flows)
{
    return (unsigned)(path % flows);
}

/* path_count() returns the number of paths to `targets` targets. All path numbers are below it. */
static inline uint64_t path_count(uint64_t targets, unsigned flows)
{
    return targets * flows;
}
