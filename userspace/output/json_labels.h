// SPDX-License-Identifier: GPL-2.0-or-later
/* MPLS label stacks in JSON, of which every form has entries of its own. */
#pragma once

#include <jansson.h>

#include "output/label.h"
#include "output/record.h"

/* json_labels() is an array of the record's entries, each by `entry`, owned by the caller; empty where there
 * are none. NULL when memory is short. */
json_t *json_labels(const struct record *record, json_t *(*entry)(struct label label));
