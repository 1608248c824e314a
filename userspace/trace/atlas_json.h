// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A path as a result of RIPE Atlas: one object per line. There is no Atlas probe and no Atlas measurement, so
 * their numbers are 0. Source: data structures of version 5000 and later at atlas.ripe.net. Readers are sagan
 * and pantrace.
 */
#pragma once

#include "trace/json_form.h"

json_t *atlas_json_path(const struct trace_job *job, const struct json_run *run);
