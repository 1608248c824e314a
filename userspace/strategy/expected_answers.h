// SPDX-License-Identifier: GPL-2.0-or-later
/* A hop that answered from before another is expected to do so again: whether it did, and what its silence tells. */
#pragma once

#include "strategy/walk_commons.h"

/* expected_answer_came() notes that `responder`, whose node is `node`, answered from before `near`. */
void expected_answer_came(struct walk_commons *commons, uint32_t near, uint32_t node,
                          struct address responder);

/*
 * expected_answer_failed() notes that no answer came from before `near`, where `before` had answered. It returns true if
 * there is a silent hop, too. Otherwise the silence tells nothing, and the probe does not count: the first two times the
 * answer may be lost, or `before` is limited, which is excused in `spending`.
 */
bool expected_answer_failed(struct walk_commons *commons, struct spending *spending, uint32_t near,
                            uint32_t before);
