// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Checks the interfaces by which probes leave while a survey runs, and reports each change: engine/outages.h.
 * With one interface, senders wait for it, continue or end. With several, one must not make the others wait,
 * so each way handles its own probes (send/tx_ways.h). Private to userspace/survey/.
 */
#pragma once

#include "survey/parts.h"

/* link_watch_start() checks for the first time, before the senders start. link_watch() checks again. That
 * costs one exchange with the kernel per interface; it prints one line per change. Both are called by the
 * main thread. */
void link_watch_start(struct survey *survey);
void link_watch(struct survey *survey);

/* link_watch_end() ends the record of outages once the senders have ended. */
void link_watch_end(struct survey *survey);

/* link_watch_gone() returns true if all interfaces are gone, so that waiting is useless. */
bool link_watch_gone(const struct survey *survey);

/* link_watch_waits() returns true if no probe can leave because the link is down. */
bool link_watch_waits(const struct survey *survey);
