// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/refuse.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "base/exit_code.h"
#include "base/log.h"
#include "base/standard.h"

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

int command_refuse_name(const char *command, const char *option, choice_at *choices, const char *name)
{
    struct error_text error;

    choices_refuse(choices, name, &error);
    return command_refuse(command, "%s: %s", option, error.text);
}

int command_needs_stdout(const char *command)
{
    if (standard_usable(STDOUT_FILENO))
        return EXIT_DONE;
    return command_refuse(command, "stdout is closed: redirect it, for example to /dev/null");
}
