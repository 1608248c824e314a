// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/record.h"

const char *const record_flag_names[RECORD_FLAGS] = {
    "duplicate",  "late",    "truncated", "rewritten",      "mpls_cut",
    "no_rx_time", "syn_ack", "rst",       "extensions_cut",
};
