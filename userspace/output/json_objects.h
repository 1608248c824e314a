// SPDX-License-Identifier: GPL-2.0-or-later
/* Extension objects of a record (RFC 4884) in JSON, as the columns of results in JSON lines have them (object_text.h). */
#pragma once

#include <jansson.h>

#include "output/record.h"

/* json_interfaces() is an array of those of interfaces (RFC 5837), json_extensions() of others; each is the caller's, and empty where
 * there are none. NULL when memory is short. */
json_t *json_interfaces(const struct record *record);
json_t *json_extensions(const struct record *record);
