// SPDX-License-Identifier: GPL-2.0-or-later
/* A matcher of a small survey, and replies to it. */
#pragma once

#include "addresses.h"
#include "engine/match.h"

enum {
    MIN_TTL = 3,
    MAX_TTL = 20,
    FLOWS = 4,
    LATE_AFTER_US = 1000000,
};

#define MONOTONIC_NS (50 * NS_PER_S)
#define REALTIME_NS  (1700000000 * NS_PER_S)
#define TARGET       0x01010101U
#define OTHER_TARGET 0x01010202U
#define ROUTER       0x0a000001U

struct match_fixture {
    struct targets *targets;
    struct answered answered;
    struct allowance allowance;
    struct matcher matcher;
};

/* match_fixture_start() returns the fixture, of which there is one. */
struct match_fixture *match_fixture_start(void);
void match_fixture_end(struct match_fixture *fixture);

/* match_fixture_reply() is a reply to a probe of flow 1 and TTL 9, sent 1,000 µs after the clock pairing. */
struct reply match_fixture_reply(uint32_t target_address, uint32_t responder);

/* match_fixture_after_us() is the time that long after that probe was sent, in nanoseconds. */
uint64_t match_fixture_after_us(uint64_t us);

/* match_fixture_accept() matches a reply, which must be accepted. */
struct match match_fixture_accept(const struct match_fixture *fixture, const struct reply *reply,
                                  uint64_t received_ns);
