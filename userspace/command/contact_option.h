// SPDX-License-Identifier: GPL-2.0-or-later
/* --contact: a text in probes that tells whom to ask about them. */
#pragma once

#include "packet/layout.h"

/* command_check_contact() checks whether probes of this layout have room for `text`. It goes into the filler
 * behind the crafted part: n - 1 bytes in a probe with TTL n, so that lengths still encode the TTL. Returns
 * EXIT_DONE, also for NULL, or EXIT_UNUSABLE after one line on stderr. */
int command_check_contact(const char *command, const char *text, const struct layout *layout,
                          unsigned max_ttl);
