// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What this host, kernel and NIC can do for hopwire, and what to change: one line per subject, with the
 * command that fixes it. Nothing here changes anything.
 */
#pragma once

#include <stddef.h>

#include "host/link.h"

enum check_status {
    CHECK_OK,
    CHECK_WARNING, /* a survey can run, but slower, or with a restriction */
    CHECK_MISSING, /* a survey cannot run */
    CHECK_STATUSES,
};

const char *check_status_name(enum check_status status);

struct check_line {
    const char *name;
    enum check_status status;
    char detail[256];
    char fix[256]; /* a command, or another remedy; "" if nothing is wrong */
};

enum {
    CHECK_LINES_MAX = 64,
};

struct check_report {
    struct check_line lines[CHECK_LINES_MAX];
    size_t count;
};

/* check_add() appends a line. If there is a fix, call check_fix() right afterwards to set it. */
void check_add(struct check_report *report, const char *name, enum check_status status, const char *format,
               ...) __attribute__((format(printf, 4, 5)));
void check_fix(struct check_report *report, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* check_ready() returns whether nothing is missing. */
int check_ready(const struct check_report *report);

/* Each appends the lines of its subject. */
void check_kernel(struct check_report *report);
void check_privileges(struct check_report *report);
void check_machine(struct check_report *report);
void check_device(struct check_report *report, const struct link_info *link);
/* check_tx() reports how surveys through one interface send by default: at `rate` probes per second, of
 * `threads` senders, and at the maximum rate. To be called last: where a line says that something is missing, no
 * survey can send. */
void check_tx(struct check_report *report, const struct link_info *link, double rate, unsigned threads);
/* check_way_out() reports the way to the Internet through the device, one line per family. */
void check_way_out(struct check_report *report, const struct link_info *link);

/* check_find_device() finds the device of the default route, that of IPv4 if both families have one. Returns
 * 0 or a negative errno. */
int check_find_device(struct link_info *out);
