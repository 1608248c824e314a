// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/match_fixture.h"

#include <criterion/criterion.h>
#include <string.h>

#include "support/some_targets.h"

struct match_fixture *match_fixture_start(void)
{
    static struct match_fixture fixture;

    fixture.targets = some_targets("1.1.1.1 1.1.2.2 8.0.0.0/20");
    cr_assert_eq(answered_init(&fixture.answered, targets_count(fixture.targets), FLOWS, MAX_TTL, 1 << 20),
                 0);
    fixture.matcher = (struct matcher){
        .targets = fixture.targets,
        .min_ttl = MIN_TTL,
        .max_ttl = MAX_TTL,
        .flows = FLOWS,
        .late_after_us = LATE_AFTER_US,
        .clock = {MONOTONIC_NS, REALTIME_NS},
        .answered = &fixture.answered,
        .allowance = &fixture.allowance,
    };
    fixture.allowance = (struct allowance){.probes = 1000};
    return &fixture;
}

void match_fixture_end(struct match_fixture *fixture)
{
    answered_free(&fixture->answered);
    targets_destroy(fixture->targets);
}

struct reply match_fixture_reply(uint32_t target_address, uint32_t responder)
{
    return (struct reply){
        .responder = IPV4(responder),
        .reply_ttl = 55,
        .icmp_type = 11,
        .quoted = {.probe = {.target_address = IPV4(target_address), .flow = 1, .ttl = 9},
                   .source = IPV4(0xc6120002),
                   .quoted_ttl = 1,
                   .sent_at = (MONOTONIC_NS / NS_PER_US + 1000) & PROBE_TIME_MASK},
    };
}

uint64_t match_fixture_after_us(uint64_t us)
{
    return MONOTONIC_NS + (1000 + us) * NS_PER_US;
}

struct match match_fixture_accept(const struct match_fixture *fixture, const struct reply *reply,
                                  uint64_t received_ns)
{
    struct match match;

    memset(&match, 0xee, sizeof(match));
    cr_assert_eq(match_reply(&fixture->matcher, reply, received_ns, true, &match), DECODE_ACCEPTED);
    return match;
}
