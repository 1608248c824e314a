// SPDX-License-Identifier: GPL-2.0-or-later
/* How the probes of a survey leave: as --tx names it, or by `auto` as send/tx_choice.h decides. Private to
 * userspace/survey/. */
#pragma once

#include "survey/parts.h"

/* auto_tx_begin() takes what was named; of `auto` its choice in the simulated Internet, else, until the ways are
 * known, what it falls back to. auto_tx_choose() decides once they are known: EXIT_DONE, always. auto_tx_tell()
 * says it in one line. */
void auto_tx_begin(struct survey *survey);
int auto_tx_choose(struct survey *survey);
void auto_tx_tell(const struct survey *survey);

/* auto_tx_fall_back() takes the ring, and says so, where the choice does not work; whoever is placed by it
 * has to be placed again. False where it was no choice of ours, or already is the ring. */
bool auto_tx_fall_back(struct survey *survey, const char *why);

/* auto_tx_falls_short() does so where programs and sockets, once they are there, are not what the choice
 * counted on. */
bool auto_tx_falls_short(struct survey *survey);
