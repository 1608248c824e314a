// SPDX-License-Identifier: GPL-2.0-or-later
/* If a hop has answered from before another one, it is expected to do so again. These functions note whether it did,
 * and what its silence means. */
#pragma once

#include "strategy/walk_commons.h"

/* expected_answer_came() notes that `responder`, whose node is `node`, answered from before `near`. */
void expected_answer_came(struct walk_commons *commons, uint32_t near, uint32_t node,
                          struct address responder);

/*
 * expected_answer_failed() notes that no answer came from before `near`, where `before` had answered. It returns true if
 * there is a silent hop, too. Otherwise the silence means nothing, and the probe does not count: the first two times the
 * answer may have been lost, or `before` is limited, and `spending` excuses the probe.
 */
bool expected_answer_failed(struct walk_commons *commons, struct spending *spending, uint32_t near,
                            uint32_t before);
