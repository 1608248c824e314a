// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The extension objects of a record from text, the other way of object_text.h. Each function takes the text of
 * one object and adds it behind those that the record has; false where the text is none such, or the record
 * has no room for it. Of what a record had there is room for all: no object takes more than it did.
 */
#pragma once

#include <jansson.h>

#include "output/column.h"

bool object_add_interface_csv(struct span text, struct record *record);
bool object_add_interface_json(const json_t *value, struct record *record);
bool object_add_extension_csv(struct span text, struct record *record);
bool object_add_extension_json(const json_t *value, struct record *record);
