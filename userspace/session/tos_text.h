// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the path does to the type of service, or traffic class, of a probe: DSCP (RFC 2474) and ECN (RFC
 * 3168), six bits and two. ICMP errors quote the probe as it arrived, so each responder shows what was
 * changed before it.
 */
#pragma once

#include "output/record.h"

enum {
    TOS_TEXT_SIZE = 64,
};

/* tos_change() writes " [dscp 46 -> 0]", " [ecn ECT(0) -> CE]" or both, " [dscp 46 -> 0, ecn ECT(0) -> CE]";
 * "" if `now` equals `before`, or is unknown (RECORD_NO_TOS). Returns `text`. */
const char *tos_change(uint16_t before, uint16_t now, char text[TOS_TEXT_SIZE]);

/* tos_is_changed() returns whether a record quotes another type of service than was sent. */
static inline bool tos_is_changed(uint8_t sent, const struct record *record)
{
    return record->quoted_tos != RECORD_NO_TOS && record->quoted_tos != sent;
}
