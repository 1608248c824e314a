// SPDX-License-Identifier: GPL-2.0-or-later
/* A TX backend without a kernel behind it: crafts into memory laid out like a TX_RING, to see what crafting
 * costs. */
#pragma once

#include "send/tx.h"

extern const struct tx_ops tx_memory;
