// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/record.h"

#include "base/enum_table.h"

#define NAME(flag, name) [__builtin_ctz(flag)] = (name)

const char *const record_flag_names[] = {
    NAME(RECORD_DUPLICATE, "duplicate"),
    NAME(RECORD_LATE, "late"),
    NAME(RECORD_TRUNCATED, "truncated"),
    NAME(RECORD_REWRITTEN, "rewritten"),
    NAME(RECORD_MPLS_CUT, "mpls_cut"),
    NAME(RECORD_NO_RX_TIME, "no_rx_time"),
    NAME(RECORD_SYN_ACK, "syn_ack"),
    NAME(RECORD_RST, "rst"),
    NAME(RECORD_EXTENSIONS_CUT, "extensions_cut"),
};
ENUM_TABLE(record_flag_names, RECORD_FLAGS);
