// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/json_objects.h"

#include "output/object_text.h"

enum {
    /* An object without contents is 4 bytes in a record and 70 as JSON; a byte of a name becomes three. */
    OBJECTS_JSON_MAX = 1024,
};

static json_t *array(const struct record *record, char *(*put)(char *p, const struct record *record))
{
    char text[OBJECTS_JSON_MAX] = "[", *end = put(text + 1, record);

    *end++ = ']';
    return json_loadb(text, (size_t)(end - text), 0, NULL);
}

json_t *json_interfaces(const struct record *record)
{
    return array(record, object_put_interfaces_json);
}

json_t *json_extensions(const struct record *record)
{
    return array(record, object_put_extensions_json);
}
