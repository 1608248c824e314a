// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/json_value.h"

#include <stdlib.h>
#include <string.h>

#include "base/address_text.h"
#include "base/printable.h"

json_t *json_address(struct address address)
{
    char text[ADDRESS_TEXT_SIZE];

    address_format(address, text);
    return json_string(text);
}

json_t *json_ms(double us)
{
    return json_real(us / 1e3);
}

json_t *json_text(const char *text)
{
    char *printable = printable_copy(text);
    json_t *json = printable ? json_string(printable) : NULL;

    free(printable);
    return json;
}

json_t *json_bytes(const char *text)
{
    json_t *json = json_string(text);
    char *copy;

    if (json)
        return json;
    copy = strdup(text);
    for (char *p = copy; p && *p; p++)
        if ((unsigned char)*p >= 0x80)
            *p = '?';
    json = json_string(copy);
    free(copy);
    return json;
}

void json_print_line(json_t *object, FILE *out)
{
    char *text = object ? json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(9)) : NULL;

    if (text)
        fputs(text, out);
    fputc('\n', out);
    free(text);
    json_decref(object);
}
