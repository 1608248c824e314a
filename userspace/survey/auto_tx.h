// SPDX-License-Identifier: GPL-2.0-or-later
/* The TX backend of a survey: the one that --tx names, or with `auto` the choice of send/tx_choice.h. Private
 * to userspace/survey/. */
#pragma once

#include "survey/parts.h"

/* auto_tx_begin() takes the named backend. With `auto` it takes the choice for the simulated Internet; on a
 * real network, until the ways are known, it takes the fallback. auto_tx_choose() chooses once the ways are
 * known, and always returns EXIT_DONE. auto_tx_tell() prints the choice in one line. */
void auto_tx_begin(struct survey *survey);
int auto_tx_choose(struct survey *survey);
void auto_tx_tell(const struct survey *survey);

/* auto_tx_fall_back() takes the ring instead of a choice that does not work, and prints so. Threads that were
 * placed for the choice must be placed again. Returns false where the backend was not chosen here, or already
 * is the ring. */
bool auto_tx_fall_back(struct survey *survey, const char *why);

/* auto_tx_falls_short() falls back in the same way if the programs and sockets, once they exist, lack what
 * the choice relied on. */
bool auto_tx_falls_short(struct survey *survey);
