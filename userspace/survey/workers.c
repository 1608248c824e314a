// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/workers.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "engine/patience.h"
#include "host/cpus.h"
#include "host/privilege.h"
#include "host/urgency.h"
#include "send/tx_ways.h"

enum {
    /* A sender ahead of its rate sleeps at least this long. Lower, and it takes CPU time that the kernel
     * may need for the same packets. Higher, and probes leave in larger bursts (20 at 100k/s with this
     * value). */
    SENDER_NAP_NS = 200000,
    /* A sender checks its stop flag at least this often. */
    SENDER_LONGEST_NAP_NS = 20000000,
    /* And it reads answers for its strategy this often: the next probe may wait for one, and the rings
     * fill. */
    SENDER_LISTENING_NAP_NS = 1000000,
    /* A receiver with empty rings sleeps this long; chunks last far longer. poll() instead halves the
     * rate, because each packet would wake it. The XDP program stamps arrival times, so they do not
     * suffer. A receiver that finds nothing several times sleeps longer, because every look interrupts the
     * thread that uses its CPU; chunks last through that, too. */
    RECEIVER_NAP_NS = 100000,
    RECEIVER_LONGEST_NAP_NS = 10 * RECEIVER_NAP_NS,
    WAITING_NAP_NS = 10000000,
    NEXT_HOP_BYTES = 6, /* of an Ethernet address */
    /* Once stopped, a sender continues to kick for this long, for frames that the device has not taken
     * yet. */
    FLUSH_NS = 100000000,
    /* Delay until a sender that waits for its start notices it. */
    START_NAP_NS = 1000000,
};

static void nap(uint64_t duration_ns)
{
    nanosleep(&(struct timespec){(time_t)(duration_ns / NS_PER_S), (long)(duration_ns % NS_PER_S)}, NULL);
}

/* Makes sleeps end when due, not up to the default 50 µs later. */
static void name_thread(const char *name)
{
    prctl(PR_SET_NAME, name);
    prctl(PR_SET_TIMERSLACK, 1UL);
}

static void nap_until_due(const struct sender *sender, uint64_t now_ns)
{
    uint64_t due = sender_next_due(sender, now_ns);
    uint64_t wait = due > now_ns ? due - now_ns : 0;
    uint64_t longest = sender->answers ? SENDER_LISTENING_NAP_NS : SENDER_LONGEST_NAP_NS;

    if (wait < SENDER_NAP_NS)
        wait = SENDER_NAP_NS;
    nap(wait < longest ? wait : longest);
}

static void flush(struct sender *sender)
{
    uint64_t deadline = clock_now_ns() + FLUSH_NS;

    while (sender->tx->ops->push(sender->tx) == -EAGAIN && clock_now_ns() < deadline)
        continue;
}

static void follow_next_hop(struct sender_worker *worker)
{
    uint64_t bytes = atomic_exchange(&worker->next_hop, 0);
    uint8_t mac[NEXT_HOP_BYTES];
    uint16_t way;
    struct tx *tx;

    memcpy(mac, &bytes, sizeof(mac));
    memcpy(&way, (const uint8_t *)&bytes + sizeof(mac), sizeof(way));
    tx = tx_ways_at(worker->sender.tx, way);
    tx->ops->redirect(tx, mac);
}

static void follow_rate(struct sender_worker *worker, uint64_t now_ns)
{
    uint64_t bits = atomic_exchange(&worker->rate, 0);
    double rate;

    memcpy(&rate, &bits, sizeof(rate));
    pacer_change(&worker->sender.pacer, rate, now_ns);
}

/* A probe that the device refuses must not block those behind it for ever. */
static void mind_refusals(struct sender_worker *worker, struct patience *patience, uint64_t now_ns)
{
    const struct sender *sender = &worker->sender;
    uint64_t progress = counter_read(&sender->tx->counters.sent) + counter_read(&sender->counters.blocked) +
                        counter_read(&sender->counters.no_way);
    uint64_t dropped = counter_read(&sender->tx->counters.dropped);

    if (!sender->tx->ops->give_up || !patience_ended(patience, now_ns, progress))
        return;
    sender->tx->ops->give_up(sender->tx);
    if (dropped == 0 && counter_read(&sender->tx->counters.dropped))
        log_warning("the device refuses probes and gives no reason: they are counted as tx_dropped (is the "
                    "MTU smaller at its other end?)");
}

/* The kernel thread that empties a device's queue may be waiting for this CPU. */
static void go_on(struct sender_worker *worker, struct patience *patience, int state, uint64_t now_ns)
{
    mind_refusals(worker, patience, now_ns);
    if (state == SENDER_FULL)
        sched_yield();
}

static void follow_blocklist(struct sender_worker *worker)
{
    const struct address_set *blocklist = atomic_exchange(&worker->blocklist, NULL);

    sender_leave_out(&worker->sender, blocklist);
    atomic_store(&worker->obeyed, blocklist);
}

static enum sender_order order_of(const struct sender_worker *worker)
{
    return atomic_load_explicit(&worker->order, memory_order_relaxed);
}

static bool is_paused(const struct sender_worker *worker)
{
    return atomic_load_explicit(&worker->paused, memory_order_acquire);
}

/* Probes that wait, for the link or in a pause, get the time at which they really leave. Lost time is not
 * made up for. */
static void wait_without_sending(struct sender_worker *worker, bool paused, struct patience *patience)
{
    struct sender *sender = &worker->sender;
    const struct tx_ops *ops = sender->tx->ops;

    if (ops->pause)
        ops->pause(sender->tx);
    if (paused && order_of(worker) != SENDER_WAIT)
        sender_suspend(sender);
    else
        sender_lose_link(sender);
    nap(WAITING_NAP_NS);

    uint64_t now = clock_now_ns();
    ops->renew(sender->tx, now);
    pacer_forgive(&sender->pacer, now);
    patience_renew(patience, now);
}

static bool is_held_back(const struct sender_worker *worker)
{
    return order_of(worker) == SENDER_WAIT || is_paused(worker);
}

/* A sender that has nothing left to send does not wait. */
static bool must_wait(const struct sender_worker *worker, bool paused)
{
    return (paused || order_of(worker) == SENDER_WAIT) && !sender_has_ended(&worker->sender);
}

static void wait_until_due(struct sender_worker *worker, struct patience *patience, uint64_t now_ns)
{
    nap_until_due(&worker->sender, now_ns);
    patience_renew(patience, clock_now_ns());
}

static void follow_orders(struct sender_worker *worker)
{
    if (atomic_load_explicit(&worker->next_hop, memory_order_relaxed))
        follow_next_hop(worker);
    if (atomic_load_explicit(&worker->rate, memory_order_relaxed))
        follow_rate(worker, clock_now_ns());
    if (atomic_load_explicit(&worker->blocklist, memory_order_relaxed))
        follow_blocklist(worker);
    snapshot_follow(&worker->snapshot, &worker->sender);
}

static void wait_for_start(const struct sender_worker *worker)
{
    while (!atomic_load_explicit(&worker->go, memory_order_acquire) &&
           !atomic_load_explicit(&worker->stop, memory_order_relaxed))
        nap(START_NAP_NS);
}

static int send_all(struct sender_worker *worker)
{
    struct patience patience = {.offered_ns = clock_now_ns()};

    while (!atomic_load_explicit(&worker->stop, memory_order_relaxed)) {
        /* Read before the other orders, so that a sender that continues has obeyed all of them, another
         * rate above all. */
        bool paused = is_paused(worker), waits = must_wait(worker, paused);

        follow_orders(worker);
        if (order_of(worker) == SENDER_END)
            return -ENODEV;

        uint64_t now = clock_now_ns();
        int state = waits ? -ENETDOWN : sender_step(&worker->sender, now);

        /* The link may come up again. If not, the survey reports it. */
        if (state == -ENETDOWN)
            wait_without_sending(worker, paused, &patience);
        else if (state < 0 || state == SENDER_DONE)
            return state < 0 ? state : 0;
        else if (state == SENDER_BUSY || state == SENDER_FULL)
            go_on(worker, &patience, state, now);
        else
            wait_until_due(worker, &patience, now);
    }
    if (order_of(worker) == SENDER_SEND && !is_held_back(worker))
        flush(&worker->sender);
    return 0;
}

static void finish(struct tx *tx)
{
    if (tx->ops->finish)
        tx->ops->finish(tx);
}

static void *sender_main(void *argument)
{
    struct sender_worker *worker = argument;

    name_thread("sender");
    privilege_leave_thread(0);
    wait_for_start(worker);
    atomic_store(&worker->error, send_all(worker));
    finish(worker->sender.tx);
    sender_end(&worker->sender);
    atomic_store(&worker->ended_ns, clock_now_ns());
    return NULL;
}

static uint64_t longer_nap(uint64_t nap_ns)
{
    return 2 * nap_ns < RECEIVER_LONGEST_NAP_NS ? 2 * nap_ns : RECEIVER_LONGEST_NAP_NS;
}

static void receive_all(struct receiver_worker *worker)
{
    uint64_t nap_ns = RECEIVER_NAP_NS;
    struct urgent urgent;

    urgent_begin(&urgent, clock_now_ns());
    privilege_leave_thread(0);
    atomic_store(&worker->begun, true);
    for (;;) {
        /* Read before the rings, so that frames which arrived before the flag was set are still taken. */
        bool stop = atomic_load_explicit(&worker->stop, memory_order_acquire);
        uint64_t now = clock_now_ns();

        if (receiver_step(&worker->receiver, now) > 0) {
            nap_ns = RECEIVER_NAP_NS;
            urgent_rest_if_due(&urgent, now);
            continue;
        }
        if (stop)
            return;
        urgent_sleep(&urgent, nap_ns);
        nap_ns = longer_nap(nap_ns);
    }
}

static void *receiver_main(void *argument)
{
    struct receiver_worker *worker = argument;

    name_thread("receiver");
    receive_all(worker);
    graph_close(worker->receiver.graph);
    return NULL;
}

static void wait_until_begun(const struct receiver_worker *worker)
{
    while (!atomic_load(&worker->begun))
        nap(START_NAP_NS);
}

int sender_worker_start(struct sender_worker *worker)
{
    int error = cpus_start_thread(&worker->thread, &worker->cpus, sender_main, worker);

    worker->started = !error;
    return error;
}

int receiver_worker_start(struct receiver_worker *worker)
{
    int error = cpus_start_thread(&worker->thread, &worker->cpus, receiver_main, worker);

    worker->started = !error;
    if (!error)
        wait_until_begun(worker);
    return error;
}

void sender_worker_go(struct sender_worker *worker)
{
    atomic_store_explicit(&worker->go, true, memory_order_release);
}

bool sender_worker_redirect(struct sender_worker *worker, unsigned way, const uint8_t next_hop_mac[6])
{
    uint16_t number = (uint16_t)way;
    uint64_t bytes = 0, none = 0;

    memcpy(&bytes, next_hop_mac, NEXT_HOP_BYTES);
    memcpy((uint8_t *)&bytes + NEXT_HOP_BYTES, &number, sizeof(number));
    return atomic_compare_exchange_strong(&worker->next_hop, &none, bytes);
}

void sender_worker_pace(struct sender_worker *worker, double rate)
{
    uint64_t bits;

    memcpy(&bits, &rate, sizeof(bits));
    atomic_store(&worker->rate, bits);
}

void sender_worker_tell(struct sender_worker *worker, enum sender_order order)
{
    atomic_store(&worker->order, order);
}

void sender_worker_pause(struct sender_worker *worker, bool paused)
{
    atomic_store(&worker->paused, paused);
}

void sender_worker_leave_out(struct sender_worker *worker, const struct address_set *blocklist)
{
    atomic_store(&worker->blocklist, blocklist);
}

bool sender_worker_leaves_out(const struct sender_worker *worker, const struct address_set *blocklist)
{
    return atomic_load(&worker->obeyed) == blocklist || atomic_load(&worker->ended_ns);
}

void sender_worker_halt(struct sender_worker *worker)
{
    atomic_store(&worker->stop, true);
}

void sender_worker_stop(struct sender_worker *worker)
{
    sender_worker_halt(worker);
    if (worker->started)
        pthread_join(worker->thread, NULL);
    worker->started = false;
}

void receiver_worker_stop(struct receiver_worker *worker)
{
    atomic_store_explicit(&worker->stop, true, memory_order_release);
    if (worker->started)
        pthread_join(worker->thread, NULL);
    worker->started = false;
}
