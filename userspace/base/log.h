// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * All messages go to stderr through these functions: one line per message, prefixed with the program's name.
 * Messages of libbpf and libxdp do too. Messages may quote text of unknown origin: see printable.h.
 */
#pragma once

enum log_level {
    LOG_ERROR,
    LOG_WARNING,
    LOG_INFO,
    LOG_DEBUG,
    LOG_LEVELS,
};

/* log_set_level() shows messages up to `level`; the start value is LOG_INFO. Safe from every thread. */
void log_set_level(enum log_level level);

/* log_send_to() sends lines to this descriptor. It must stay open, because another thread may be about to write
 * to it. The start value is STDERR_FILENO. */
void log_send_to(int fd);

/* log_line() prints one line; the message must not end with a newline. Safe from every thread. */
void log_line(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define log_error(...)   log_line(LOG_ERROR, __VA_ARGS__)
#define log_warning(...) log_line(LOG_WARNING, __VA_ARGS__)
#define log_info(...)    log_line(LOG_INFO, __VA_ARGS__)
#define log_debug(...)   log_line(LOG_DEBUG, __VA_ARGS__)

/* log_route_libraries() sends the messages of libbpf and libxdp through this log. Their warnings get LOG_DEBUG:
 * hopwire checks their return values itself and prints messages that tell the user what to do. */
void log_route_libraries(void);
