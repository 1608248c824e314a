// SPDX-License-Identifier: GPL-2.0-or-later
/* Whether the devices by which probes leave have sent what they took: engine/device_count.h. Private to
 * userspace/survey/. */
#pragma once

#include "survey/parts.h"

/* device_check_begin() reads the counters of every outlet, and of the devices that carry its frames, before
 * anything is sent. */
void device_check_begin(struct survey *survey);

/* device_check_end() reads them again, once nothing is sent any more and before anything is changed at the
 * devices. Where something is missing it waits, for as long as drivers take to bring their counters up to
 * date, unless that is to be in a `hurry`. */
void device_check_end(struct survey *survey, bool hurry);

/* device_check_missing() sums up what is missing; device_check_tell() warns of it. device_check_json() is
 * what the metadata has of it, or NULL where no device can show anything. */
uint64_t device_check_missing(const struct survey *survey);
void device_check_tell(const struct survey *survey);
json_t *device_check_json(const struct survey *survey);
