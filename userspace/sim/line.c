// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/line.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/histogram.h"
#include "base/pages.h"
#include "host/privilege.h"
#include "sim/line_queue.h"
#include "xdp/socket.h"

enum {
    /* Wait without sleeping for a reply that is due within this time, because waking up takes 50 µs and
     * more. */
    SPIN_NS = 80000,
    /* Otherwise look this often for new replies that are due sooner. */
    NAP_NS = 40000,
    /* The world must keep its timing even if the host is busy. */
    NICE = -5,
    /* If no reply is held: how soon the thread notices that it must end. */
    IDLE_MS = 20,
};

struct line_worker {
    struct line_queue queue;
    struct sim_line *line;
    pthread_t thread;
    bool started;
    _Atomic pid_t tid; /* 0: not running yet */
};

/* In memory shared with the process that runs the faults (mischief_run.c). */
struct sim_line {
    size_t size;
    struct sim_line_config config;
    struct line_bottleneck bottleneck;
    _Atomic bool stop;
    _Atomic uint64_t repeat_until_ns;
    unsigned queues;
    struct line_worker workers[]; /* one per queue */
};

static bool does_anything(const struct sim_impairment *impairment)
{
    return impairment->loss_permille || impairment->duplicate_permille || impairment->reorder_permille ||
           impairment->corrupt_permille || impairment->bytes_per_second;
}

bool sim_line_is_needed(const struct sim_line_config *config)
{
    return config->rtt || config->always || does_anything(&config->out) || does_anything(&config->back);
}

struct sim_router_line sim_line_router(const struct sim_line_config *config)
{
    return (struct sim_router_line){
        .rtt_key = config->rtt_key,
        .rtt = config->rtt,
        .held = sim_line_is_needed(config),
        .out = config->out,
    };
}

static void repeat(struct line_worker *worker)
{
    while (clock_now_ns() < atomic_load_explicit(&worker->line->repeat_until_ns, memory_order_relaxed))
        line_queue_repeat(&worker->queue);
    sched_setscheduler(0, SCHED_OTHER, &(struct sched_param){0});
}

static void rest(struct line_queue *queue, uint64_t now_ns)
{
    struct pollfd arrival = {.fd = xdp_socket_fd(queue->socket), .events = POLLIN};

    if (!queue->wheel->count && !xdp_tx_pending(queue->tx, 0))
        poll(&arrival, 1, IDLE_MS);
    else if (!timer_wheel_is_due_before(queue->wheel, now_ns + SPIN_NS))
        nanosleep(&(struct timespec){.tv_nsec = NAP_NS}, NULL);
    else
        sched_yield();
}

static void *worker_main(void *argument)
{
    struct line_worker *worker = argument;
    struct sim_line *line = worker->line;
    bool first = worker == line->workers;

    atomic_store(&worker->tid, gettid());
    prctl(PR_SET_NAME, "sim line");
    prctl(PR_SET_TIMERSLACK, 1UL);
    setpriority(PRIO_PROCESS, 0, NICE); /* of this thread only; without the privilege it keeps its priority */
    privilege_leave_thread(0);
    while (!atomic_load_explicit(&line->stop, memory_order_relaxed)) {
        uint64_t now = clock_now_ns();

        if (first && now < atomic_load_explicit(&line->repeat_until_ns, memory_order_relaxed))
            repeat(worker);
        size_t taken = line_queue_take(&worker->queue);
        line_queue_release(&worker->queue, now);
        if (!taken)
            rest(&worker->queue, now);
    }
    return NULL;
}

static int open_worker(struct line_worker *worker, const char *interface, unsigned queue,
                       struct sim_responder *responder)
{
    int error = line_queue_open(&worker->queue, interface, queue, clock_now_ns());

    if (!error)
        error = sim_responder_set_line(responder, queue, xdp_socket_fd(worker->queue.socket));
    if (!error)
        error = -pthread_create(&worker->thread, NULL, worker_main, worker);
    worker->started = !error;
    return error;
}

int sim_line_open(struct sim_line **out, const struct sim_line_config *config, const char *interface,
                  unsigned queues, struct sim_responder *responder)
{
    size_t size = sizeof(struct sim_line) + queues * sizeof(struct line_worker);
    struct sim_line *line = pages_map_shared(size);
    int error = 0;

    if (!line)
        return -ENOMEM;
    line->size = size;
    line->config = *config;
    pthread_mutex_init(&line->bottleneck.lock, NULL);
    for (; line->queues < queues && !error; line->queues++) {
        struct line_worker *worker = &line->workers[line->queues];

        worker->line = line;
        worker->queue.config = &line->config;
        worker->queue.bottleneck = &line->bottleneck;
        error = open_worker(worker, interface, line->queues, responder);
    }
    if (error) {
        sim_line_close(line);
        return error;
    }
    *out = line;
    return 0;
}

static void add_queue(const struct line_queue *queue, struct sim_line_counters *out)
{
    struct source_losses losses = {0};

    queue->socket->ops->losses(queue->socket, &losses);
    out->duplicated_out += counter_read(&queue->counters.duplicated_out);
    out->duplicated_back += counter_read(&queue->counters.duplicated_back);
    out->repeated += counter_read(&queue->counters.repeated);
    out->reordered_out += counter_read(&queue->counters.reordered_out);
    out->reordered_back += counter_read(&queue->counters.reordered_back);
    out->corrupted_back += counter_read(&queue->counters.corrupted_back);
    out->lost_back += counter_read(&queue->counters.lost_back);
    out->queue_full_back += counter_read(&queue->counters.queue_full_back);
    out->delay_full +=
        counter_read(&queue->counters.full) + losses.ring_full + losses.fill_empty + losses.dropped;
    out->sent += counter_read(&queue->counters.sent);
    out->dropped += counter_read(&queue->counters.refused);
    out->pending += counter_read(&queue->counters.pending) + xdp_socket_waiting(queue->socket);
}

void sim_line_counters(const struct sim_line *line, struct sim_line_counters *out)
{
    *out = (struct sim_line_counters){0};
    for (unsigned i = 0; i < line->queues; i++)
        add_queue(&line->workers[i].queue, out);
}

void sim_line_lateness(const struct sim_line *line, struct histogram *out)
{
    for (unsigned i = 0; i < line->queues; i++)
        histogram_merge(out, &line->workers[i].queue.late_us);
}

/* The caller gives the thread precedence over receivers (host/urgency.h), and over the threads that keep
 * processors from them (sim/mischief.c); the thread may not do that itself. */
void sim_line_repeat(struct sim_line *line, uint64_t until_ns)
{
    const struct sched_param urgent = {.sched_priority = sched_get_priority_min(SCHED_FIFO) + 2};
    pid_t tid = atomic_load(&line->workers[0].tid);

    if (tid)
        sched_setscheduler(tid, SCHED_FIFO, &urgent);
    atomic_store(&line->repeat_until_ns, until_ns);
}

uint32_t sim_line_kept(const struct sim_line *line, uint32_t number, const uint8_t **frame)
{
    const struct line_queue *queue = &line->workers[0].queue;

    if (number >= atomic_load_explicit(&queue->kept_sent, memory_order_acquire))
        return 0;
    *frame = queue->kept[number].frame;
    return queue->kept[number].length;
}

static void end_worker(struct line_worker *worker)
{
    if (!worker->started)
        return;
    pthread_join(worker->thread, NULL);
    worker->started = false;
    line_queue_push(&worker->queue);
}

void sim_line_end(struct sim_line *line)
{
    atomic_store(&line->stop, true);
    for (unsigned i = 0; i < line->queues; i++)
        end_worker(&line->workers[i]);
}

void sim_line_close(struct sim_line *line)
{
    if (!line)
        return;
    sim_line_end(line);
    for (unsigned i = 0; i < line->queues; i++)
        line_queue_close(&line->workers[i].queue);
    pthread_mutex_destroy(&line->bottleneck.lock);
    pages_unmap(line, line->size);
}
