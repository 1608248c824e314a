// SPDX-License-Identifier: GPL-2.0-or-later
#include "send/tx_ways.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "addresses.h"
#include "base/clock.h"

enum {
    MOST = 256,
    ROOM = 4,
};

/* A backend with some room, whose link is up or down. */
struct recorder {
    struct tx base;
    uint32_t targets[MOST];
    unsigned count, waiting, renewed, given_up, finished, closed;
    uint8_t next_hop[6];
    int state;
};

static size_t recorder_send(struct tx *tx, const struct probe *probes, size_t n, uint64_t now_ns)
{
    struct recorder *self = (struct recorder *)tx;
    size_t taken = 0;

    (void)now_ns;
    for (; taken < n && self->waiting < ROOM; taken++, self->waiting++)
        self->targets[self->count++] = address_ipv4(probes[taken].target_address);
    return taken;
}

static int recorder_push(struct tx *tx)
{
    struct recorder *self = (struct recorder *)tx;

    if (self->state)
        return self->waiting || self->state != -ENETDOWN ? self->state : 0;
    counter_add(&tx->counters.sent, self->waiting);
    self->waiting = 0;
    return 0;
}

static void recorder_redirect(struct tx *tx, const uint8_t next_hop_mac[6])
{
    memcpy(((struct recorder *)tx)->next_hop, next_hop_mac, 6);
}

static void recorder_renew(struct tx *tx, uint64_t now_ns)
{
    (void)now_ns;
    ((struct recorder *)tx)->renewed++;
}

static void recorder_give_up(struct tx *tx)
{
    ((struct recorder *)tx)->given_up++;
}

static void recorder_finish(struct tx *tx)
{
    ((struct recorder *)tx)->finished++;
    recorder_push(tx);
}

static void recorder_close(struct tx *tx, struct tx_totals *final)
{
    struct recorder *self = (struct recorder *)tx;

    self->closed++;
    *final = (struct tx_totals){counter_read(&tx->counters.sent),
                                counter_read(&tx->counters.dropped) + self->waiting};
}

static const struct tx_ops recorder_ops = {
    .name = "recorder",
    .send = recorder_send,
    .push = recorder_push,
    .redirect = recorder_redirect,
    .renew = recorder_renew,
    .give_up = recorder_give_up,
    .finish = recorder_finish,
    .close = recorder_close,
};

/* Targets below 100 leave by the first way, others by the second. */
struct fixture {
    struct recorder ways[2];
    struct stretches map;
    struct tx *tx;
};

static void start(struct fixture *fixture)
{
    struct tx *ways[] = {&fixture->ways[0].base, &fixture->ways[1].base};

    *fixture = (struct fixture){0};
    fixture->ways[0].base.ops = fixture->ways[1].base.ops = &recorder_ops;
    cr_assert_eq(stretches_add(&fixture->map, IPV4(0), 0), 0);
    cr_assert_eq(stretches_add(&fixture->map, IPV4(100), 1), 0);
    cr_assert_eq(stretches_index(&fixture->map), 0);
    cr_assert_eq(tx_ways_open(&fixture->tx, &fixture->map, ways, 2), 0);
}

static size_t send(struct fixture *fixture, uint64_t now_ns, const uint32_t *targets, size_t n)
{
    struct probe probes[MOST] = {0};

    for (size_t i = 0; i < n; i++)
        probes[i].target_address = IPV4(targets[i]);
    return fixture->tx->ops->send(fixture->tx, probes, n, now_ns);
}

static void end(struct fixture *fixture, uint64_t sent, uint64_t dropped)
{
    struct tx_totals totals;

    fixture->tx->ops->close(fixture->tx, &totals);
    cr_expect_eq(totals.sent, sent, "%lu", totals.sent);
    cr_expect_eq(totals.dropped, dropped, "%lu", totals.dropped);
    cr_expect_eq(fixture->ways[0].closed + fixture->ways[1].closed, 2);
    stretches_free(&fixture->map);
}

Test(tx_ways, each_probe_takes_its_own)
{
    static const uint32_t targets[] = {5, 100, 101, 7, 99, 4000000000};
    struct fixture fixture;

    start(&fixture);
    cr_expect_eq(send(&fixture, 1, targets, 6), 6);
    cr_expect_eq(fixture.tx->ops->push(fixture.tx), 0);
    cr_expect_eq(counter_read(&fixture.tx->counters.sent), 6);
    cr_expect_arr_eq(fixture.ways[0].targets, ((uint32_t[]){5, 7, 99}), 3 * sizeof(uint32_t));
    cr_expect_arr_eq(fixture.ways[1].targets, ((uint32_t[]){100, 101, 4000000000}), 3 * sizeof(uint32_t));
    end(&fixture, 6, 0);
}

/* Probes leave in their order: one that finds no room keeps those behind it. */
Test(tx_ways, a_full_one_is_waited_for)
{
    static const uint32_t targets[] = {1, 2, 3, 4, 5, 100};
    struct fixture fixture;

    start(&fixture);
    cr_expect_eq(send(&fixture, 1, targets, 6), ROOM);
    cr_expect_eq(send(&fixture, 1 + 2 * TX_WAYS_PATIENCE_NS, targets + ROOM, 2), 0, "its link is not down");
    fixture.ways[0].state = -EAGAIN;
    cr_expect_eq(fixture.tx->ops->push(fixture.tx), -EAGAIN);
    fixture.ways[0].state = 0;
    cr_expect_eq(fixture.tx->ops->push(fixture.tx), 0);
    cr_expect_eq(send(&fixture, 2, targets + ROOM, 2), 2);
    end(&fixture, ROOM, 2);
}

Test(tx_ways, one_that_is_down_does_not_keep_the_others_for_ever)
{
    static const uint32_t targets[] = {1, 2, 3, 4, 5, 100, 6, 101};
    struct fixture fixture;
    uint64_t later = NS_PER_S + TX_WAYS_PATIENCE_NS;

    start(&fixture);
    fixture.ways[0].state = -ENETDOWN;
    cr_expect_eq(send(&fixture, NS_PER_S, targets, 8), ROOM);
    cr_expect_eq(fixture.tx->ops->push(fixture.tx), 0, "the other has nothing to do");
    cr_expect_eq(send(&fixture, NS_PER_S, targets + ROOM, 4), 0);
    cr_expect_eq(send(&fixture, later - 1, targets + ROOM, 4), 0);
    cr_expect_eq(fixture.ways[0].renewed, 1 + 1, "what waits gets the time at which it may leave");
    cr_expect_eq(send(&fixture, later, targets + ROOM, 4), 4);
    cr_expect_eq(counter_read(&fixture.tx->counters.dropped), 2);
    cr_expect_eq(fixture.ways[1].count, 2);
    fixture.tx->ops->give_up(fixture.tx);
    cr_expect_eq(fixture.ways[0].given_up, 0, "a link that is down refuses nothing");

    fixture.ways[0].state = 0;
    cr_expect_eq(fixture.tx->ops->push(fixture.tx), 0);
    cr_expect_eq(send(&fixture, later + 1, targets, ROOM), ROOM, "and it is waited for again");
    cr_expect_eq(send(&fixture, later + 2, targets, 1), 0);
    end(&fixture, ROOM + 2, 2 + ROOM);
}

Test(tx_ways, every_way_finishes)
{
    static const uint32_t targets[] = {1, 2, 100};
    struct fixture fixture;

    start(&fixture);
    cr_expect_eq(send(&fixture, 1, targets, 3), 3);
    fixture.tx->ops->finish(fixture.tx);
    cr_expect_eq(fixture.ways[0].finished, 1);
    cr_expect_eq(fixture.ways[1].finished, 1);
    cr_expect_eq(counter_read(&fixture.tx->counters.sent), 3, "what left meanwhile counts");
    end(&fixture, 3, 0);
}

Test(tx_ways, all_down_is_down)
{
    static const uint32_t targets[] = {1, 100};
    struct fixture fixture;

    start(&fixture);
    fixture.ways[0].state = fixture.ways[1].state = -ENETDOWN;
    cr_expect_eq(send(&fixture, 1, targets, 2), 2);
    cr_expect_eq(fixture.tx->ops->push(fixture.tx), -ENETDOWN);
    fixture.ways[1].state = -EPERM;
    cr_expect_eq(fixture.tx->ops->push(fixture.tx), -EPERM, "errors are passed on");
    end(&fixture, 0, 2);
}

Test(tx_ways, one_that_is_gone_is_not_waited_for)
{
    static const uint32_t targets[] = {1, 100, 2, 101};
    struct fixture fixture;

    start(&fixture);
    fixture.ways[0].state = -ENXIO;
    cr_expect_eq(send(&fixture, 1, targets, 1), 1);
    cr_expect_eq(fixture.tx->ops->push(fixture.tx), 0);
    fixture.ways[0].state = 0;
    cr_expect_eq(send(&fixture, 1, targets, 4), 4);
    cr_expect_eq(fixture.tx->ops->push(fixture.tx), 0);
    cr_expect_eq(fixture.ways[0].count, 1, "nothing more is sent there, even where it seems to be back");
    fixture.ways[1].state = -ENODEV;
    cr_expect_eq(fixture.tx->ops->push(fixture.tx), -ENODEV, "nothing is left");
    end(&fixture, 2, 3);
}

Test(tx_ways, each_is_accounted_for_in_the_end)
{
    static const uint32_t targets[] = {100, 1, 2, 3, 4, 5};
    struct tx_totals each[2];
    struct fixture fixture;

    start(&fixture);
    fixture.ways[0].state = -ENODEV;
    cr_expect_eq(send(&fixture, 1, targets, 3), 3);
    cr_expect_eq(fixture.tx->ops->push(fixture.tx), 0);
    cr_expect_eq(send(&fixture, 1, targets + 3, 3), 3, "dropped at once");
    tx_ways_close(fixture.tx, each);
    cr_expect_eq(each[0].sent, 0);
    cr_expect_eq(each[0].dropped, 2 + 3);
    cr_expect_eq(each[1].sent, 1);
    cr_expect_eq(each[1].dropped, 0);

    tx_ways_close(&fixture.ways[1].base, each);
    cr_expect_eq(each[0].sent, 1, "one alone is itself");
    stretches_free(&fixture.map);
}

Test(tx_ways, are_redirected_one_by_one)
{
    static const uint8_t mac[6] = {2, 3, 4, 5, 6, 7}, none[6];
    struct fixture fixture;

    start(&fixture);
    struct tx *second = tx_ways_at(fixture.tx, 1);
    second->ops->redirect(second, mac);
    cr_expect_arr_eq(fixture.ways[1].next_hop, mac, 6);
    cr_expect_arr_eq(fixture.ways[0].next_hop, none, 6);
    cr_expect_eq(tx_ways_at(second, 0), second, "a way alone is itself");
    end(&fixture, 0, 0);
}
