// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a survey may still do once it runs. Private to userspace/survey/.
 *
 *   confinement_prepare() -> set-up, with all privileges -> begin_results() -> confinement_enter() -> probes
 *   names of late files,
 *   their keeper
 *
 * All threads that send, receive and write start in between, and are as urgent as they may be before privileges go.
 */
#pragma once

#include "survey/parts.h"

/* confinement_prepare() fixes the names of all files that are opened, replaced or taken away later: whoever
 * adds one adds a line there, and uses `survey->late`. An exit code, after one line on stderr. */
int confinement_prepare(struct survey *survey);

/* confinement_enter() leaves the process nothing but what it has open: host/sandbox.h. An exit code, after one line on
 * stderr. */
int confinement_enter(struct survey *survey);
