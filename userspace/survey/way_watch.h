// SPDX-License-Identifier: GPL-2.0-or-later
/* Tells when one of several ways has no link, or has it again: send/tx_ways.h decides what that means for its
 * probes. Private to userspace/survey/. */
#pragma once

#include "survey/parts.h"

/* way_watch() looks at what the senders know, and says what has changed since the last look. With one way out
 * it says nothing: then the senders wait for the link. */
void way_watch(struct survey *survey);
