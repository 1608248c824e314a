// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A path as a result of RIPE Atlas: an object a line. There is no probe and no measurement: their numbers are 0.
 * Source: data structures of version 5000 and later at atlas.ripe.net; readers are sagan and pantrace.
 */
#pragma once

#include "trace/json_form.h"

json_t *atlas_json_path(const struct trace_job *job, const struct json_run *run);
