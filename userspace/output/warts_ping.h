// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writes a ping of warts, from the records of consecutive probes of one host.
 *
 * Source: scamper_ping_warts.c of scamper.
 */
#pragma once

#include <stddef.h>

#include "output/record.h"
#include "output/warts_trace.h"

/* warts_ping_put() adds the object to `out`. There is at least one record, and they are in the order of
 * told_ping.h. out->failed shows whether memory was short. */
void warts_ping_put(struct bytes *out, const struct warts_survey *survey, const struct record *records,
                    size_t count);
