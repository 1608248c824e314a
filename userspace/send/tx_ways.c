// SPDX-License-Identifier: GPL-2.0-or-later
#include "send/tx_ways.h"

#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"

/* How often probes that wait for a link get a new send time: the same as for a sender whose only link is
 * down. */
#define RENEW_NS (10 * NS_PER_MS)

struct way_tx {
    struct tx *tx;
    bool down, gone;
    uint64_t stuck_ns;                /* when a probe first found no room while the link is down; 0: none */
    uint64_t told_sent, told_dropped; /* the part of its counters that is already in ours */
    uint64_t passed_over;             /* dropped here, because they found no room for too long */
};

struct ways_backend {
    struct tx base;
    const struct stretches *map;
    uint64_t renewed_ns;
    unsigned count, down; /* number of ways, and of those without link */
    struct way_tx ways[TX_WAYS_MAX];
};

static void count(struct ways_backend *self, struct way_tx *way)
{
    uint64_t sent = counter_read(&way->tx->counters.sent);
    uint64_t dropped = counter_read(&way->tx->counters.dropped);

    counter_add(&self->base.counters.sent, sent - way->told_sent);
    counter_add(&self->base.counters.dropped, dropped - way->told_dropped);
    way->told_sent = sent;
    way->told_dropped = dropped;
}

/* Whether a probe that finds no room must be dropped by now. */
static bool has_waited_enough(struct way_tx *way, uint64_t now_ns)
{
    if (way->gone || !way->down)
        return way->gone;
    if (!way->stuck_ns)
        way->stuck_ns = now_ns;
    return now_ns - way->stuck_ns >= TX_WAYS_PATIENCE_NS;
}

static size_t send_by(struct ways_backend *self, struct way_tx *way, const struct probe *probes, size_t n,
                      uint64_t now_ns)
{
    size_t taken = way->gone ? 0 : way->tx->ops->send(way->tx, probes, n, now_ns);

    if (taken == n || !has_waited_enough(way, now_ns))
        return taken;
    for (size_t i = taken; i < n; i++)
        tx_tell_dropped(&self->base, &probes[i]);
    counter_add(&self->base.counters.dropped, n - taken);
    way->passed_over += n - taken;
    return n;
}

static void renew_way(struct way_tx *way, uint64_t now_ns)
{
    if (way->down && !way->gone)
        way->tx->ops->renew(way->tx, now_ns);
}

static void ways_renew(struct tx *tx, uint64_t now_ns)
{
    struct ways_backend *self = (struct ways_backend *)tx;

    for (unsigned i = 0; i < self->count; i++)
        renew_way(&self->ways[i], now_ns);
    self->renewed_ns = now_ns;
}

/* Counts the probes at the front that leave by the same way. */
static size_t count_alike(const struct ways_backend *self, const struct probe *probes, size_t n,
                          uint16_t *way)
{
    size_t alike = 1;

    *way = stretches_find(self->map, probes[0].target_address);
    while (alike < n && stretches_find(self->map, probes[alike].target_address) == *way)
        alike++;
    return alike;
}

static size_t ways_send(struct tx *tx, const struct probe *probes, size_t n, uint64_t now_ns)
{
    struct ways_backend *self = (struct ways_backend *)tx;
    size_t taken = 0;

    if (self->down && now_ns - self->renewed_ns >= RENEW_NS)
        ways_renew(tx, now_ns);
    while (taken < n) {
        uint16_t way;
        size_t alike = count_alike(self, &probes[taken], n - taken, &way);
        size_t accepted = send_by(self, &self->ways[way], &probes[taken], alike, now_ns);

        taken += accepted;
        if (accepted < alike)
            break;
    }
    return taken;
}

static int push_way(struct ways_backend *self, unsigned i)
{
    struct way_tx *way = &self->ways[i];
    int error = way->gone ? -ENODEV : way->tx->ops->push(way->tx);
    bool gone = error == -ENODEV || error == -ENXIO, down = gone || error == -ENETDOWN;

    count(self, way);
    way->gone = gone;
    if (down == way->down)
        return error;
    way->down = down;
    way->stuck_ns = 0;
    if (down)
        self->down++;
    else
        self->down--;
    return error;
}

static int ways_push(struct tx *tx)
{
    struct ways_backend *self = (struct ways_backend *)tx;
    unsigned gone = 0;
    bool busy = false;

    for (unsigned i = 0; i < self->count; i++) {
        int error = push_way(self, i);

        if (error && error != -EAGAIN && !self->ways[i].down)
            return error;
        busy |= error == -EAGAIN;
        gone += self->ways[i].gone;
    }
    if (gone == self->count)
        return -ENODEV;
    if (self->down == self->count)
        return -ENETDOWN;
    return busy ? -EAGAIN : 0;
}

/* Each way has a next hop of its own, set in its backend: tx_ways_at(). */
static void ways_redirect(struct tx *tx, const uint8_t next_hop_mac[6])
{
    struct ways_backend *self = (struct ways_backend *)tx;

    for (unsigned i = 0; i < self->count; i++)
        self->ways[i].tx->ops->redirect(self->ways[i].tx, next_hop_mac);
}

static void ways_pause(struct tx *tx)
{
    struct ways_backend *self = (struct ways_backend *)tx;

    for (unsigned i = 0; i < self->count; i++)
        if (self->ways[i].tx->ops->pause)
            self->ways[i].tx->ops->pause(self->ways[i].tx);
}

static bool visit_each(const struct ways_backend *self, tx_visitor *visit, void *context)
{
    for (unsigned i = 0; i < self->count; i++) {
        const struct way_tx *way = &self->ways[i];

        if (!way->gone && way->tx->ops->waiting && !way->tx->ops->waiting(way->tx, visit, context))
            return false;
    }
    return true;
}

static void pass_over(void *context, const struct probe *probe)
{
    (void)context;
    (void)probe;
}

static bool ways_waiting(struct tx *tx, tx_visitor *visit, void *context)
{
    const struct ways_backend *self = (const struct ways_backend *)tx;

    return visit_each(self, pass_over, NULL) && visit_each(self, visit, context);
}

static void ways_give_up(struct tx *tx)
{
    struct ways_backend *self = (struct ways_backend *)tx;

    for (unsigned i = 0; i < self->count; i++) {
        struct way_tx *way = &self->ways[i];

        if (!way->down && way->tx->ops->give_up)
            way->tx->ops->give_up(way->tx);
        count(self, way);
    }
}

static void ways_finish(struct tx *tx)
{
    struct ways_backend *self = (struct ways_backend *)tx;

    for (unsigned i = 0; i < self->count; i++) {
        struct way_tx *way = &self->ways[i];

        if (way->tx->ops->finish)
            way->tx->ops->finish(way->tx);
        count(self, way);
    }
}

static void ways_close(struct tx *tx, struct tx_totals *final)
{
    unsigned ways_count = ((struct ways_backend *)tx)->count;
    struct tx_totals each[TX_WAYS_MAX];

    tx_ways_close(tx, each);
    *final = (struct tx_totals){0};
    for (unsigned i = 0; i < ways_count; i++) {
        final->sent += each[i].sent;
        final->dropped += each[i].dropped;
    }
}

static const struct tx_ops ways_ops = {
    .name = "ways",
    .help = "a backend for each way out",
    .send = ways_send,
    .push = ways_push,
    .redirect = ways_redirect,
    .pause = ways_pause,
    .renew = ways_renew,
    .waiting = ways_waiting,
    .give_up = ways_give_up,
    .finish = ways_finish,
    .close = ways_close,
};

int tx_ways_open(struct tx **out, const struct stretches *map, struct tx *const *ways, unsigned ways_count)
{
    struct ways_backend *self = calloc(1, sizeof(*self));

    if (!self)
        return -ENOMEM;
    self->base.ops = &ways_ops;
    self->map = map;
    self->count = ways_count;
    for (unsigned i = 0; i < ways_count; i++)
        self->ways[i].tx = ways[i];
    *out = &self->base;
    return 0;
}

struct tx *tx_ways_at(struct tx *tx, unsigned way)
{
    return tx->ops == &ways_ops ? ((struct ways_backend *)tx)->ways[way].tx : tx;
}

void tx_ways_listen(struct tx *tx, struct tx_listener listener)
{
    struct ways_backend *self = (struct ways_backend *)tx;

    for (unsigned i = 0; tx->ops == &ways_ops && i < self->count; i++)
        self->ways[i].tx->listener = listener;
    tx->listener = listener;
}

void tx_ways_close(struct tx *tx, struct tx_totals *each)
{
    struct ways_backend *self = (struct ways_backend *)tx;

    if (tx->ops != &ways_ops) {
        tx->ops->close(tx, each);
        return;
    }
    for (unsigned i = 0; i < self->count; i++) {
        struct tx *way = self->ways[i].tx;

        way->ops->close(way, &each[i]);
        each[i].dropped += self->ways[i].passed_over;
    }
    free(self);
}
