// SPDX-License-Identifier: GPL-2.0-or-later
/* The outcome of each probe, kept for forms that show it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "output/record.h"

struct ping_config;
struct host;

enum {
    /* Per host. More are written as several objects, so that an endless ping needs no more memory. */
    PING_RECORDS_MOST = 4096,
};

struct ping_records {
    struct record *list;
    size_t count, room;
};

/* ping_records_add() keeps a record; it returns false if memory is short. ping_records_full() returns whether
 * there is no room for another one. */
bool ping_records_add(struct ping_records *records, const struct record *record);
bool ping_records_full(const struct ping_records *records);
void ping_records_free(struct ping_records *records);

/* ping_lost_record() makes the record of an unanswered probe to `host` (output/told_ping.h). */
struct record ping_lost_record(const struct ping_config *config, const struct host *host, uint64_t sequence);
