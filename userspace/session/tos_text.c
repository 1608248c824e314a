// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/tos_text.h"

#include <stdio.h>

enum {
    ECN_BITS = 2,
    ECN_MASK = 3,
};

const char *tos_change(uint16_t before, uint16_t now, char text[TOS_TEXT_SIZE])
{
    static const char *const ecn[] = {"Not-ECT", "ECT(1)", "ECT(0)", "CE"};
    bool known = before != RECORD_NO_TOS && now != RECORD_NO_TOS;
    bool class_changed = known && before >> ECN_BITS != now >> ECN_BITS;
    bool ecn_changed = known && (before & ECN_MASK) != (now & ECN_MASK);
    int length = 0;

    text[0] = '\0';
    if (class_changed)
        length = snprintf(text, TOS_TEXT_SIZE, " [dscp %d -> %d%s", before >> ECN_BITS, now >> ECN_BITS,
                          ecn_changed ? "" : "]");
    if (ecn_changed)
        snprintf(text + length, TOS_TEXT_SIZE - (size_t)length, "%secn %s -> %s]", length ? ", " : " [",
                 ecn[before & ECN_MASK], ecn[now & ECN_MASK]);
    return text;
}
