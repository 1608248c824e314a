// SPDX-License-Identifier: GPL-2.0-or-later
/* Extension objects of a record (RFC 4884) in JSON, with the same contents as the columns in JSON lines
 * (object_text.h). */
#pragma once

#include <jansson.h>

#include "output/record.h"

/* json_interfaces() returns an array of the objects of interfaces (RFC 5837), json_extensions() of the
 * others. The caller owns them; they are empty if there are none. NULL when memory is short. */
json_t *json_interfaces(const struct record *record);
json_t *json_extensions(const struct record *record);
