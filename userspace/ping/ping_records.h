// SPDX-License-Identifier: GPL-2.0-or-later
/* What came of each probe, kept for forms that tell it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "output/record.h"

struct ping_config;
struct host;

enum {
    /* Of one host: more are told in several objects, so that a ping without end needs no more memory. */
    PING_RECORDS_MOST = 4096,
};

struct ping_records {
    struct record *list;
    size_t count, room;
};

/* ping_records_add() keeps a record; false where memory is short. Full: when there is no room for more. */
bool ping_records_add(struct ping_records *records, const struct record *record);
bool ping_records_full(const struct ping_records *records);
void ping_records_free(struct ping_records *records);

/* ping_lost_record() stands for a probe of `host` that nobody answered (output/told_ping.h). */
struct record ping_lost_record(const struct ping_config *config, const struct host *host, uint64_t sequence);
