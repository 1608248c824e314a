// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A ping of warts, from the records of one host's probes in a row.
 *
 * Source: scamper_ping_warts.c of scamper.
 */
#pragma once

#include <stddef.h>

#include "output/record.h"
#include "output/warts_trace.h"

/* warts_ping_put() adds the object to `out`; its records are at least one and in the order of told_ping.h. Where memory is
 * short, out->failed says so. */
void warts_ping_put(struct bytes *out, const struct warts_survey *survey, const struct record *records,
                    size_t count);
