// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The one way to stderr for messages: a line each, prefixed with the program's name. libbpf and libxdp speak
 * through it too. What a message quotes may come from anywhere: see printable.h.
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

/* log_send_to() has lines go to that descriptor, which must stay open: another thread may be about to write. The start
 * value is STDERR_FILENO. */
void log_send_to(int fd);

/* log_line() prints one line; the message carries no newline of its own. Safe from every thread. */
void log_line(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define log_error(...)   log_line(LOG_ERROR, __VA_ARGS__)
#define log_warning(...) log_line(LOG_WARNING, __VA_ARGS__)
#define log_info(...)    log_line(LOG_INFO, __VA_ARGS__)
#define log_debug(...)   log_line(LOG_DEBUG, __VA_ARGS__)

/* log_route_libraries() makes libbpf and libxdp report here: their warnings at LOG_DEBUG, since hopwire
 * judges their return values itself and prints what the user can act on. */
void log_route_libraries(void);
