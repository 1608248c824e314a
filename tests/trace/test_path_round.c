// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <stdio.h>

#include "addresses.h"
#include "protocol.h"
#include "reply_parse.h"
#include "support/some_answer.h"
#include "table.h"
#include "trace/path_round.h"

enum {
    TARGET = 0xcb007109,
    OTHER_ADDRESS = 0xcb00710a, /* of the target */
    LENGTH = 4,
};

struct reader {
    unsigned rounds;
    struct path_round round;
};

static void round_ended(void *context, struct path *path, uint64_t now_ns)
{
    struct reader *reader = context;

    (void)now_ns;
    reader->rounds++;
    path_round_read(path, &reader->round);
}

/* Who answers a probe: by TTL and query, 0 being nobody. */
static uint32_t responder_of(const struct probe *probe)
{
    static const uint32_t responders[LENGTH + 1][3] = {
        {0, 0, 0}, {1, 1, 1}, {0, 0, 0}, {30, 31, 30}, {TARGET, 0, OTHER_ADDRESS},
    };

    return probe->ttl <= LENGTH ? responders[probe->ttl][probe->query] : 0;
}

static void answer(struct strategy *strategy, const struct probe *probe, uint32_t responder)
{
    bool is_end = probe->ttl == LENGTH;
    const struct record record = {
        .responder = IPV4(responder),
        .rtt_us = 1000U * probe->ttl - probe->query,
        .icmp_type = is_end ? ICMP_DESTINATION_UNREACHABLE : ICMP_TIME_EXCEEDED_TYPE,
        .icmp_code = is_end ? ICMP_PORT_UNREACHABLE : 0,
    };
    struct answer answer = some_answer(probe, &record);

    answer.from_target = responder == TARGET;
    answer.solicited = is_end;
    strategy->ops->reply(strategy, &answer);
}

static void run(struct reader *reader, unsigned max_ttl)
{
    struct path *path = path_create(&(struct path_config){
        .target_address = IPV4(TARGET),
        .first_ttl = 1,
        .max_ttl = max_ttl,
        .queries = 3,
        .window = 100,
        .patience = {.wait_ns = 1000},
        .rounds = 1,
        .observer = {.round_ended = round_ended, .context = reader},
    });
    struct strategy *strategy = path_strategy(path);
    struct probe probes[100];
    size_t count = strategy->ops->next(strategy, 1, probes, COUNT(probes));

    for (size_t i = 0; i < count; i++)
        if (responder_of(&probes[i]))
            answer(strategy, &probes[i], responder_of(&probes[i]));
    strategy->ops->next(strategy, 5000, probes, COUNT(probes));
    cr_assert_eq(reader->rounds, 1);
    strategy->ops->close(strategy);
}

Test(path_round, reads_a_path_that_reaches_its_target)
{
    struct reader reader = {0};
    const struct path_round *round = &reader.round;

    run(&reader, 30);
    cr_expect_eq(round->first_ttl, 1);
    cr_expect_eq(round->length, LENGTH);
    cr_expect_eq(round->hops[1].count, 1);
    cr_expect(address_equal(round->hops[1].responders[0], IPV4(1)));
    cr_expect_eq(round->hops[2].count, 0);
    cr_expect_eq(round->hops[3].count, 2);
    cr_expect(address_equal(round->hops[3].responders[0], IPV4(30)));
    cr_expect(address_equal(round->hops[3].responders[1], IPV4(31)));
    cr_expect_eq(round->target_ttl, LENGTH);
    cr_expect_eq(round->queries, 3);
    cr_expect_eq(round->target_answers, 2, "its port is unreachable, whichever address says so");
    cr_expect_eq(round->rtt_us, 1000 * LENGTH - 2);
}

Test(path_round, reads_a_path_that_does_not)
{
    struct reader reader = {0};
    const struct path_round *round = &reader.round;

    run(&reader, 3);
    cr_expect_eq(round->length, 3);
    cr_expect_eq(round->hops[3].count, 2);
    cr_expect_eq(round->target_ttl, 0);
    cr_expect_eq(round->target_answers, 0);
    cr_expect_eq(round->rtt_us, 0);
}
