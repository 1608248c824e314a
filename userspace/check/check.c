// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/check.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/enum_table.h"

const char *check_status_name(enum check_status status)
{
    static const char *const names[] = {
        [CHECK_OK] = "ok",
        [CHECK_WARNING] = "warning",
        [CHECK_MISSING] = "missing",
    };
    ENUM_TABLE(names, CHECK_STATUSES);

    return names[status];
}

void check_add(struct check_report *report, const char *name, enum check_status status, const char *format,
               ...)
{
    va_list arguments;

    if (report->count == CHECK_LINES_MAX)
        return;
    struct check_line *line = &report->lines[report->count++];
    *line = (struct check_line){.name = name, .status = status};
    va_start(arguments, format);
    vsnprintf(line->detail, sizeof(line->detail), format, arguments);
    va_end(arguments);
}

void check_fix(struct check_report *report, const char *format, ...)
{
    struct check_line *line = &report->lines[report->count - 1];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(line->fix, sizeof(line->fix), format, arguments);
    va_end(arguments);
}

int check_ready(const struct check_report *report)
{
    for (size_t i = 0; i < report->count; i++)
        if (report->lines[i].status == CHECK_MISSING)
            return 0;
    return 1;
}
