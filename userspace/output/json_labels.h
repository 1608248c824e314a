// SPDX-License-Identifier: GPL-2.0-or-later
/* MPLS label stacks in JSON; each form has its own kind of entries. */
#pragma once

#include <jansson.h>

#include "output/label.h"
#include "output/record.h"

/* json_labels() returns an array of the record's labels, each made by `entry`, owned by the caller; empty if
 * there are none. NULL when memory is short. */
json_t *json_labels(const struct record *record, json_t *(*entry)(struct label label));
