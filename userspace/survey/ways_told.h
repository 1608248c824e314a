// SPDX-License-Identifier: GPL-2.0-or-later
/* Messages and metadata about the ways out of a survey. Private to userspace/survey/. */
#pragma once

#include <jansson.h>

#include "engine/ways.h"

/* ways_warn() prints to stderr which of `targets` targets are left out, and why. */
void ways_warn(const struct ways *ways, uint64_t targets);

/* ways_out_json() and ways_left_out_json() return arrays for the metadata, or NULL when memory is short. */
json_t *ways_out_json(const struct ways *ways);
json_t *ways_left_out_json(const struct ways *ways);
