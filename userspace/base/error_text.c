// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/error_text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int error_text_set(struct error_text *error, int code, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(error->text, sizeof(error->text), format, arguments);
    va_end(arguments);
    return code;
}

void error_text_prefix(struct error_text *error, const char *format, ...)
{
    const struct error_text line = *error;
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(error->text, sizeof(error->text), format, arguments);
    va_end(arguments);

    size_t length = strlen(error->text);
    snprintf(error->text + length, sizeof(error->text) - length, "%s", line.text);
}
