// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Parses the extension objects of a record from text: the inverse of object_text.h. Each function takes the
 * text of one object and adds the object behind those of the record. Returns false if the text is invalid, or
 * if the record has no room. All objects that a record had fit again, because no object takes more room than
 * before.
 */
#pragma once

#include <jansson.h>

#include "output/column.h"

bool object_add_interface_csv(struct span text, struct record *record);
bool object_add_interface_json(const json_t *value, struct record *record);
bool object_add_extension_csv(struct span text, struct record *record);
bool object_add_extension_json(const json_t *value, struct record *record);
