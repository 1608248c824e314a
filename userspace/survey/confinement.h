// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The operations that a survey may still perform once it runs. Private to userspace/survey/.
 *
 *   confinement_prepare() -> set-up, with all privileges -> begin_results() -> confinement_enter() -> probes
 *   names of late files,
 *   their keeper
 *
 * All threads that send, receive and write start in between, and take their urgency before privileges are given
 * up.
 */
#pragma once

#include "survey/parts.h"

/* confinement_prepare() fixes the names of all files that are opened, replaced or removed later. A new file of
 * that sort needs a line there and must be accessed by `survey->late`. Returns an exit code, after one line on
 * stderr. */
int confinement_prepare(struct survey *survey);

/* confinement_enter() gives up everything but what the process has open: host/sandbox.h. Returns an exit code,
 * after one line on stderr. */
int confinement_enter(struct survey *survey);
