// SPDX-License-Identifier: GPL-2.0-or-later
/* A TX backend without a kernel: crafts into memory with the layout of a TX_RING, to measure the cost of
 * crafting. */
#pragma once

#include "send/tx.h"

extern const struct tx_ops tx_memory;
