// SPDX-License-Identifier: GPL-2.0-or-later
/* The text that tells those who look at a probe whom to ask. */
#pragma once

#include "packet/layout.h"

/* command_check_contact() says whether probes of this layout have room for `text`: in the filler behind what is
 * crafted, of which a probe with TTL n has n - 1 bytes, so that lengths still tell the TTL. EXIT_DONE, or
 * EXIT_UNUSABLE after one line; NULL is right. */
int command_check_contact(const char *command, const char *text, const struct layout *layout,
                          unsigned max_ttl);
