// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What this host, kernel and NIC can do for hopwire, and what to change: one line a matter, with the command
 * that mends it. Nothing here changes anything.
 */
#pragma once

#include <stddef.h>

#include "host/link.h"

enum check_status {
    CHECK_OK,
    CHECK_WARNING, /* a survey runs, but slower, or with a restriction */
    CHECK_MISSING, /* a survey cannot run */
    CHECK_STATUSES,
};

const char *check_status_name(enum check_status status);

struct check_line {
    const char *name;
    enum check_status status;
    char detail[256];
    char fix[256]; /* a command, or what else to do; "" where nothing is wrong */
};

enum {
    CHECK_LINES_MAX = 64,
};

struct check_report {
    struct check_line lines[CHECK_LINES_MAX];
    size_t count;
};

/* check_add() appends a line; its `fix` is set by check_fix() right afterwards where there is one. */
void check_add(struct check_report *report, const char *name, enum check_status status, const char *format,
               ...) __attribute__((format(printf, 4, 5)));
void check_fix(struct check_report *report, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* check_ready() says whether nothing is missing. */
int check_ready(const struct check_report *report);

/* Each appends the lines of its field. */
void check_kernel(struct check_report *report);
void check_privileges(struct check_report *report);
void check_machine(struct check_report *report);
void check_device(struct check_report *report, const struct link_info *link);
/* check_tx() says how surveys by one interface would send unless told: at `rate` probes per second, of
 * `threads` senders, and as fast as possible. */
void check_tx(struct check_report *report, const struct link_info *link, double rate, unsigned threads);
/* check_way_out() says the way to the Internet through the device, a line a family. */
void check_way_out(struct check_report *report, const struct link_info *link);

/* check_find_device() finds the device of the default route, of IPv4 where both families have one. 0 or a
 * negative errno. */
int check_find_device(struct link_info *out);
