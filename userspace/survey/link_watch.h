// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Looks at the interfaces by which probes leave while a survey runs, and says what becomes of each:
 * engine/outages.h. Where there is one, senders wait for it, go on, or end. Where there are several, one must
 * not keep the others waiting: each way looks after its own probes (send/tx_ways.h). Private to
 * userspace/survey/.
 */
#pragma once

#include "survey/parts.h"

/* link_watch_start() takes the first look, before the senders start; link_watch() takes another, which costs
 * one exchange with the kernel an interface, and says one line where something has changed. Both are the main
 * thread's. */
void link_watch_start(struct survey *survey);
void link_watch(struct survey *survey);

/* link_watch_end() closes the account once the senders have ended. */
void link_watch_end(struct survey *survey);

/* link_watch_gone() says whether all interfaces are gone: there is nothing to wait for. */
bool link_watch_gone(const struct survey *survey);

/* link_watch_waits() says whether no probe can leave for want of a link. */
bool link_watch_waits(const struct survey *survey);
