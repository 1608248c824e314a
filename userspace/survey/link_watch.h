// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Looks at the interface while a survey runs, and has the senders wait, go on, or end: engine/outages.h.
 * Where probes leave by several interfaces nothing is done here: one must not keep the others waiting.
 * Private to userspace/survey/.
 */
#pragma once

#include "survey/parts.h"

/* link_watch_start() takes the first look, before the senders start; link_watch() takes another, which costs
 * one exchange with the kernel, and says one line where something has changed. Both are the main thread's. */
void link_watch_start(struct survey *survey);
void link_watch(struct survey *survey);

/* link_watch_end() closes the account once the senders have ended. */
void link_watch_end(struct survey *survey);

/* link_watch_gone() tells whether the interface is gone: there is nothing to wait for. */
bool link_watch_gone(const struct survey *survey);

/* link_watch_waits() tells whether senders wait for the link. */
bool link_watch_waits(const struct survey *survey);
