// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/libbpf.h>
#include <xdp/libxdp.h>

#include "base/enum_table.h"
#include "base/printable.h"

enum { LINE_MAX_LENGTH = 1024 };

static _Atomic int shown_level = LOG_INFO;
static _Atomic int destination = STDERR_FILENO;

void log_set_level(enum log_level level)
{
    atomic_store(&shown_level, level);
}

void log_send_to(int fd)
{
    atomic_store(&destination, fd);
}

/* Each message is one line, whatever it quotes; libraries' messages for debugging may have several lines. */
__attribute__((format(printf, 3, 0))) static void write_line(enum log_level level, bool lines,
                                                             const char *format, va_list arguments)
{
    static const char *const prefix[] = {
        [LOG_ERROR] = "hopwire: ",
        [LOG_WARNING] = "hopwire: warning: ",
        [LOG_INFO] = "hopwire: ",
        [LOG_DEBUG] = "hopwire: debug: ",
    };
    ENUM_TABLE(prefix, LOG_LEVELS);
    char line[LINE_MAX_LENGTH], printable[PRINTABLE_GROWTH * LINE_MAX_LENGTH];
    size_t length = strlen(prefix[level]);

    memcpy(line, prefix[level], length);
    int wanted = vsnprintf(line + length, sizeof(line) - length - 1, format, arguments);
    if (wanted < 0)
        return;
    length += (size_t)wanted;
    if (length > sizeof(line) - 2)
        length = sizeof(line) - 2;
    while (length && line[length - 1] == '\n')
        length--;
    length = printable_put(printable, line, length, lines);
    printable[length++] = '\n';
    /* One write per line keeps lines of different threads apart. If stderr is closed, nothing can be done. */
    if (write(atomic_load(&destination), printable, length) < 0)
        return;
}

void log_line(enum log_level level, const char *format, ...)
{
    va_list arguments;

    if ((int)level > atomic_load(&shown_level))
        return;
    va_start(arguments, format);
    write_line(level, false, format, arguments);
    va_end(arguments);
}

__attribute__((format(printf, 2, 0))) static int print_libbpf(enum libbpf_print_level level,
                                                              const char *format, va_list arguments)
{
    (void)level;
    if (atomic_load(&shown_level) >= LOG_DEBUG)
        write_line(LOG_DEBUG, true, format, arguments);
    return 0;
}

__attribute__((format(printf, 2, 0))) static int print_libxdp(enum libxdp_print_level level,
                                                              const char *format, va_list arguments)
{
    (void)level;
    if (atomic_load(&shown_level) >= LOG_DEBUG)
        write_line(LOG_DEBUG, true, format, arguments);
    return 0;
}

void log_route_libraries(void)
{
    libbpf_set_print(print_libbpf);
    libxdp_set_print(print_libxdp);
}
