// SPDX-License-Identifier: GPL-2.0-or-later
/* Whether the devices by which probes leave have sent all frames that they took: engine/device_count.h.
 * Private to userspace/survey/. */
#pragma once

#include "survey/parts.h"

/* device_check_begin() reads the counters of every outlet, and of the devices that carry its frames. Must
 * be called before anything is sent. */
void device_check_begin(struct survey *survey);

/* device_check_end() reads the counters again. It must be called when nothing is sent any more and before
 * anything is changed at the devices. Where probes are missing it waits as long as drivers take to update
 * their counters, unless in a `hurry`. */
void device_check_end(struct survey *survey, bool hurry);

/* device_check_missing() returns the sum of the missing probes; device_check_tell() warns of them.
 * device_check_json() returns the object for the metadata, or NULL where no device shows its count. */
uint64_t device_check_missing(const struct survey *survey);
void device_check_tell(const struct survey *survey);
json_t *device_check_json(const struct survey *survey);
