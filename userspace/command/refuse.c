// SPDX-License-Identifier: GPL-2.0-or-later
#include "command/refuse.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/log.h"
#include "command/commands.h"

int command_refuse(const char *command, const char *format, ...)
{
    char text[512];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    log_error("%s: %s", command, text);
    return EXIT_UNUSABLE;
}
