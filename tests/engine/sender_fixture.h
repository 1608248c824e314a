// SPDX-License-Identifier: GPL-2.0-or-later
/* A sender between a strategy of numbered probes and a backend that remembers them. */
#pragma once

#include "engine/sender.h"

enum {
    SENDER_FIXTURE_MOST = 4096, /* probes */
};

/* A strategy whose probes are numbered by their target, `due_every_ns` apart. */
struct numbered {
    struct strategy base;
    uint32_t next, count;
    uint64_t due_every_ns;
};

/* A backend that remembers what it took, and does as it is told. */
struct recorder {
    struct tx base;
    size_t room; /* probes a call */
    int push_result;
    unsigned pushes;
    uint32_t waiting; /* the last ones taken have not left */
    bool unknown;     /* nor does it know which */
    uint32_t count;
    uint32_t targets[SENDER_FIXTURE_MOST];
    uint64_t times[SENDER_FIXTURE_MOST];
};

struct sender_fixture {
    struct numbered strategy;
    struct recorder tx;
    struct sender sender;
};

/* sender_fixture_start() returns the fixture, of which there is one, with so many probes. */
struct sender_fixture *sender_fixture_start(uint32_t probes, double rate);

uint64_t sender_fixture_generated(const struct sender_fixture *fixture);
uint64_t sender_fixture_blocked(const struct sender_fixture *fixture);

/* sender_fixture_step() is a step, after which every probe generated has been taken by the backend or was
 * blocked. */
int sender_fixture_step(struct sender_fixture *fixture, uint64_t now_ns);

/* sender_fixture_run_while_busy() steps without waiting until the sender says something other than BUSY. */
int sender_fixture_run_while_busy(struct sender_fixture *fixture, uint64_t now_ns);

/* sender_fixture_run() is what a thread does, on a clock of our own: sleeps while idle. Returns the time at the
 * end. */
uint64_t sender_fixture_run(struct sender_fixture *fixture, uint64_t now_ns);

void sender_fixture_expect_all(const struct sender_fixture *fixture, uint32_t count);

/* sender_fixture_blocklist() is made of prefixes between blanks; the caller destroys it. */
struct address_set *sender_fixture_blocklist(const char *prefixes);

/* The strategy's, for tests that make another of it. */
uint64_t numbered_next_due(const struct strategy *strategy, uint64_t now_ns);
size_t numbered_next(struct strategy *strategy, uint64_t now_ns, struct probe *out, size_t n);
bool numbered_done(const struct strategy *strategy);
