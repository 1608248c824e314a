// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A path as scamper's sc_warts2json writes a trace: one object per line, between the objects of a cycle's
 * start and stop. Source: scamper_trace_json.c of scamper. Readers are M-Lab's traceroute-caller and
 * traceutils.
 */
#pragma once

#include "trace/json_form.h"

json_t *scamper_json_path(const struct trace_job *job, const struct json_run *run);
json_t *scamper_json_begin(const struct json_run *run);
json_t *scamper_json_end(const struct json_run *run);
