// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/line_queue.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "mix.h"
#include "reply_parse.h"
#include "xdp/socket.h"

enum {
    /* 80 ms at 100,000 replies per second, 16 MB, besides the survey's own memory. A thread that shares its
     * processor sometimes does not run for about 10 ms, longer if all processors are busy. */
    RX_FRAMES = 8192,
    TX_SLOTS = 2048,
    REPEAT_BATCH = 64,
};

/* A held reply. */
struct held {
    struct timer timer; /* must be first: the wheel returns it */
    uint32_t length;
    bool through; /* it has passed the bottleneck */
    uint8_t frame[];
};

static size_t held_size(const struct held *held)
{
    return sizeof(*held) + held->length;
}

int line_queue_open(struct line_queue *queue, const char *interface, unsigned number, uint64_t now_ns)
{
    const struct xdp_socket_config config = {
        .interface = interface,
        .queue = number,
        .frames = RX_FRAMES,
        .tx = {.slots = TX_SLOTS, .slot_size = XDP_SOCKET_CHUNK, .drop_refused = true},
    };

    if (queue->config->always)
        queue->kept = calloc(LINE_KEPT, sizeof(*queue->kept));
    if (queue->config->always && !queue->kept)
        return -ENOMEM;
    queue->random = now_ns + number;
    queue->wheel = timer_wheel_create(now_ns);
    if (!queue->wheel)
        return -ENOMEM;
    int error = xdp_socket_open(&queue->socket, &config);
    if (!error)
        queue->tx = xdp_socket_tx(queue->socket);
    return error;
}

static uint64_t draw(struct line_queue *queue)
{
    return mix64(queue->random += MIX_GOLDEN);
}

static bool happens(struct line_queue *queue, uint32_t permille, counter_t *counter)
{
    if (!permille || !mix_share(draw(queue), permille))
        return false;
    counter_add(counter, 1);
    return true;
}

static void forget(struct line_queue *queue, struct held *held)
{
    queue->memory_used -= held_size(held);
    counter_add(&queue->counters.pending, (uint64_t)-1);
    free(held);
}

/* The responder wrote the time before the frame (bpf/sim_line.h). */
static uint64_t due_ns_of(const struct received_frame *frame)
{
    uint64_t due_ns;

    memcpy(&due_ns, frame->data - sizeof(due_ns), sizeof(due_ns));
    return due_ns;
}

/* Returns NULL if the memory is used up. */
static struct held *keep(struct line_queue *queue, const struct received_frame *frame)
{
    struct held *held = NULL;

    if (queue->memory_used + sizeof(*held) + frame->length <= queue->config->memory)
        held = malloc(sizeof(*held) + frame->length);
    if (!held)
        return NULL;
    *held = (struct held){.timer.due_ns = due_ns_of(frame), .length = frame->length};
    memcpy(held->frame, frame->data, frame->length);
    queue->memory_used += held_size(held);
    counter_add(&queue->counters.pending, 1);
    return held;
}

/* Leaves the Ethernet header alone, because a frame for another address would not be received at all. */
static void damage(struct line_queue *queue, struct held *held)
{
    uint64_t random = draw(queue);
    uint32_t bytes = sim_corrupted_bytes(load_be16(held->frame + ETHERNET_TYPE));
    uint32_t offset = ETHERNET_HEADER + (uint32_t)(random >> 8) % bytes;

    if (offset < held->length)
        held->frame[offset] ^= (uint8_t)(1U << (random & 7));
}

static void hold(struct line_queue *queue, const struct received_frame *frame)
{
    const struct sim_impairment *out = &queue->config->out, *back = &queue->config->back;

    if (happens(queue, back->loss_permille, &queue->counters.lost_back))
        return;
    struct held *held = keep(queue, frame);
    if (!held) {
        counter_add(&queue->counters.full, 1);
        return;
    }
    if (happens(queue, out->reorder_permille, &queue->counters.reordered_out))
        held->timer.due_ns += SIM_REORDER_NS;
    if (happens(queue, back->reorder_permille, &queue->counters.reordered_back))
        held->timer.due_ns += SIM_REORDER_NS;
    if (happens(queue, back->corrupt_permille, &queue->counters.corrupted_back))
        damage(queue, held);
    timer_wheel_add(queue->wheel, &held->timer);
}

size_t line_queue_take(struct line_queue *queue)
{
    struct received_frame frames[SOURCE_BATCH];
    size_t count = queue->socket->ops->receive(queue->socket, frames);

    for (size_t i = 0; i < count; i++) {
        hold(queue, &frames[i]);
        if (happens(queue, queue->config->out.duplicate_permille, &queue->counters.duplicated_out))
            hold(queue, &frames[i]);
        if (happens(queue, queue->config->back.duplicate_permille, &queue->counters.duplicated_back))
            hold(queue, &frames[i]);
    }
    queue->socket->ops->release(queue->socket, count);
    return count;
}

void line_queue_push(struct line_queue *queue)
{
    if (!xdp_tx_pending(queue->tx, 0))
        return;
    /* An error means that the device is down: published frames wait until it is up again. */
    (void)xdp_tx_kick(queue->tx);

    struct xdp_tx_finished finished = xdp_tx_collect(queue->tx, 0);
    counter_add(&queue->counters.sent, finished.sent);
    counter_add(&queue->counters.refused, finished.dropped);
    counter_add(&queue->counters.pending, -(uint64_t)(finished.sent + finished.dropped));
}

static void transmit(struct line_queue *queue, const uint8_t *frame, uint32_t length)
{
    uint8_t *slot = xdp_tx_next(queue->tx, 0);

    if (!slot) {
        line_queue_push(queue);
        slot = xdp_tx_next(queue->tx, 0);
    }
    if (!slot || length > XDP_SOCKET_CHUNK) {
        counter_add(&queue->counters.full, 1);
        return;
    }
    memcpy(slot, frame, length);
    xdp_tx_publish(queue->tx, 0, length);
    counter_add(&queue->counters.pending, 1);
}

/* Returns when the reply leaves the bottleneck; 0 if it is dropped there. */
static uint64_t pass_bottleneck(struct line_queue *queue, const struct held *held)
{
    struct line_bottleneck *bottleneck = queue->bottleneck;

    pthread_mutex_lock(&bottleneck->lock);
    bool passed = sim_bottleneck_pass(&queue->config->back, &bottleneck->busy_until_ns, held->timer.due_ns,
                                      held->length);
    uint64_t leaves_ns = bottleneck->busy_until_ns;
    pthread_mutex_unlock(&bottleneck->lock);
    return passed ? leaves_ns : 0;
}

/* Returns whether the reply goes back into the wheel for the bottleneck. */
static bool is_queued_on(struct line_queue *queue, struct held *held)
{
    uint64_t leaves_ns = pass_bottleneck(queue, held);

    if (!leaves_ns)
        return false;
    held->through = true;
    held->timer.due_ns = leaves_ns;
    timer_wheel_add(queue->wheel, &held->timer);
    return true;
}

static void keep_sent(struct line_queue *queue, const struct held *held)
{
    struct line_kept *kept;

    if (!queue->kept || queue->filled == LINE_KEPT || held->length > LINE_KEPT_LONGEST)
        return;
    kept = &queue->kept[queue->filled++];
    kept->length = held->length;
    memcpy(kept->frame, held->frame, held->length);
}

static void deliver(struct line_queue *queue, struct held *held, uint64_t now_ns)
{
    if (queue->config->back.bytes_per_second && !held->through) {
        if (is_queued_on(queue, held))
            return;
        counter_add(&queue->counters.queue_full_back, 1);
        forget(queue, held);
        return;
    }
    transmit(queue, held->frame, held->length);
    histogram_add(&queue->late_us, (uint32_t)((now_ns - held->timer.due_ns) / NS_PER_US));
    keep_sent(queue, held);
    forget(queue, held);
}

void line_queue_release(struct line_queue *queue, uint64_t now_ns)
{
    struct timer *timer;

    while ((timer = timer_wheel_take(queue->wheel, now_ns)))
        deliver(queue, (struct held *)timer, now_ns);
    line_queue_push(queue);
    if (!xdp_tx_pending(queue->tx, 0))
        atomic_store_explicit(&queue->kept_sent, queue->filled, memory_order_release);
}

void line_queue_repeat(struct line_queue *queue)
{
    for (unsigned i = 0; i < REPEAT_BATCH && queue->repeated < (uint64_t)queue->filled * LINE_REPEATS; i++) {
        const struct line_kept *kept = &queue->kept[queue->repeated++ % queue->filled];

        counter_add(&queue->counters.repeated, 1);
        transmit(queue, kept->frame, kept->length);
    }
    line_queue_push(queue);
}

void line_queue_close(struct line_queue *queue)
{
    struct timer *timer;

    while (queue->wheel && (timer = timer_wheel_take(queue->wheel, UINT64_MAX)))
        free(timer);
    timer_wheel_destroy(queue->wheel);
    free(queue->kept);
    if (queue->socket)
        queue->socket->ops->close(queue->socket);
}
