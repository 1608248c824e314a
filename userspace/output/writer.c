// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/writer.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/counter.h"
#include "base/spsc_ring.h"
#include "host/cpus.h"
#include "host/privilege.h"
#include "host/urgency.h"
#include "output/recorders.h"
#include "output/write_signals.h"

#define TURN 256 /* records taken from one ring before the next ring's turn */

/* A waiting record is flushed after this time: then `tail -f` shows progress and SIGKILL loses little, and
 * still a slow survey makes ten small writes a second and not a thousand. */
#define FLUSH_AFTER_NS (100 * NS_PER_MS)

/* Sleep when there is nothing to do. In 1 ms the fastest measured receiver pushes 2,000 records; a ring must
 * hold that many. */
#define IDLE_NS (1 * NS_PER_MS)

struct producer {
    struct spsc_ring ring;
    _Alignas(CACHE_LINE) counter_t dropped; /* because the ring was full; written by the producer */
    uint64_t marked; /* used by the thread only: position that must be reached before the mark is passed */
};

/* Padded, so that fields read by producers do not share a cache line with those written by the thread. */
// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding)
struct writer {
    unsigned producer_count;
    struct producer *producers;
    pthread_t thread;
    bool urgent;
    bool started;       /* the thread must be joined */
    _Atomic bool begun; /* before it is set, the thread must not use the recorders */
    _Atomic bool stopping;
    _Atomic bool ready;                              /* set by the thread when its priority is set */
    _Atomic bool finished;                           /* set by the thread as its last action */
    _Atomic uint64_t marks, marks_passed;            /* requested, and answered by the thread */
    _Atomic uint64_t passed_records;                 /* records written when the mark was passed */
    uint64_t marks_seen;                             /* used by the thread only */
    _Alignas(CACHE_LINE) struct recorders recorders; /* used by the thread only */
    uint64_t waiting_since_ns;                       /* when the oldest waiting record came */
    uint64_t looked_ns;                              /* when the reader was last checked */
};

/* Takes up to TURN records from every ring; returns how many it took. */
static size_t drain(struct writer *writer)
{
    size_t taken = 0;

    for (unsigned i = 0; i < writer->producer_count; i++) {
        struct spsc_ring *ring = &writer->producers[i].ring;
        const struct record *record;

        for (int turn = 0; turn < TURN && (record = spsc_ring_peek(ring)); turn++, taken++) {
            recorders_append(&writer->recorders, record);
            spsc_ring_release(ring);
        }
    }
    return taken;
}

static void flush_when_due(struct writer *writer, bool was_empty, uint64_t now_ns)
{
    if (was_empty)
        writer->waiting_since_ns = now_ns;
    if (!recorders_wait(&writer->recorders) || now_ns - writer->waiting_since_ns < FLUSH_AFTER_NS)
        return;
    recorders_flush_when_due(&writer->recorders, now_ns);
    writer->waiting_since_ns = now_ns;
}

static void look_when_due(struct writer *writer, uint64_t now_ns)
{
    if (now_ns - writer->looked_ns < FLUSH_AFTER_NS)
        return;
    recorders_look(&writer->recorders);
    writer->looked_ns = now_ns;
}

/* Waits until the file is begun; until then it belongs to the caller. Returns false if it never is. */
static bool await_begin(const struct writer *writer, struct urgent *urgent)
{
    /* `stopping` is read first, so that a begin before the stop is seen. */
    bool stopping = false, begun = false;

    while (!begun && !stopping) {
        stopping = atomic_load_explicit(&writer->stopping, memory_order_acquire);
        begun = atomic_load_explicit(&writer->begun, memory_order_acquire);
        if (!begun && !stopping)
            urgent_sleep(urgent, IDLE_NS);
    }
    return begun;
}

/* Notes where the rings end now: everything pushed before the mark is before that. */
static void see_mark(struct writer *writer)
{
    uint64_t marks = atomic_load_explicit(&writer->marks, memory_order_acquire);

    if (marks == writer->marks_seen)
        return;
    writer->marks_seen = marks;
    for (unsigned i = 0; i < writer->producer_count; i++)
        writer->producers[i].marked = spsc_ring_published(&writer->producers[i].ring);
}

static void pass_mark(struct writer *writer)
{
    if (writer->marks_seen == atomic_load_explicit(&writer->marks_passed, memory_order_relaxed))
        return;
    for (unsigned i = 0; i < writer->producer_count; i++)
        if (spsc_ring_taken(&writer->producers[i].ring) < writer->producers[i].marked)
            return;
    recorders_pass(&writer->recorders);
    if (recorders_error(&writer->recorders))
        return;
    atomic_store_explicit(&writer->passed_records, writer_written(writer), memory_order_relaxed);
    atomic_store_explicit(&writer->marks_passed, writer->marks_seen, memory_order_release);
}

static void write_until_stopped(struct writer *writer, struct urgent *urgent)
{
    for (;;) {
        /* Read before the rings, so that the drain sees everything pushed before the stop. */
        bool stopping = atomic_load_explicit(&writer->stopping, memory_order_acquire);
        bool was_empty = !recorders_wait(&writer->recorders);

        see_mark(writer);
        size_t taken = drain(writer);

        uint64_t now = clock_now_ns();

        pass_mark(writer);
        flush_when_due(writer, was_empty, now);
        look_when_due(writer, now);
        if (taken) {
            urgent_rest_if_due(urgent, now);
            continue;
        }
        if (stopping)
            break;
        urgent_sleep(urgent, IDLE_NS);
    }
    recorders_finish(&writer->recorders);
}

/* A file that was never begun holds the contents of another run: nothing may be written to it, not even an
 * end. */
static void *run(void *argument)
{
    struct writer *writer = argument;
    struct urgent urgent = {.rested_ns = clock_now_ns()};

    if (writer->urgent)
        urgent_begin(&urgent, clock_now_ns());
    privilege_leave_thread(0);
    atomic_store(&writer->ready, true);
    if (await_begin(writer, &urgent))
        write_until_stopped(writer, &urgent);
    atomic_store_explicit(&writer->finished, true, memory_order_release);
    return NULL;
}

/* The thread inherits the blocked signals, because other threads handle them. A write beyond RLIMIT_FSIZE or
 * into a closed pipe is then an error of the sink, and does not end the process. */
static int start_thread(struct writer *writer, const cpu_set_t *cpus)
{
    sigset_t all, before;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = cpus_start_thread(&writer->thread, cpus, run, writer);
    writer->started = !error;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return error;
}

/* The caller may be about to drop the privilege by which threads raise their priority. */
static void wait_until_ready(const struct writer *writer)
{
    while (!atomic_load(&writer->ready))
        nanosleep(&(struct timespec){.tv_nsec = IDLE_NS / 10}, NULL);
}

static int allocate_producers(struct writer *writer, const struct writer_config *config)
{
    writer->producers = aligned_alloc(CACHE_LINE, config->producers * sizeof(*writer->producers));
    if (!writer->producers)
        return -ENOMEM;
    for (; writer->producer_count < config->producers; writer->producer_count++) {
        struct producer *producer = &writer->producers[writer->producer_count];
        int error = spsc_ring_init(&producer->ring, config->ring_capacity, sizeof(struct record));

        if (error)
            return error;
        atomic_init(&producer->dropped, 0);
    }
    return 0;
}

static int open_recorders(struct writer *writer, const struct writer_config *config)
{
    int error = 0;

    for (unsigned i = 0; i < config->output_count && !error; i++)
        error = recorders_add(&writer->recorders, &config->outputs[i], config->columns);
    return error;
}

int writer_start(struct writer **out, const struct writer_config *config)
{
    struct writer *writer = aligned_alloc(CACHE_LINE, sizeof(*writer));
    int error;

    if (!writer)
        return -ENOMEM;
    *writer = (struct writer){0};
    writer->urgent = config->urgent;
    error = open_recorders(writer, config);
    if (!error)
        error = allocate_producers(writer, config);
    if (!error)
        error = start_thread(writer, &config->cpus);
    if (!error)
        wait_until_ready(writer);
    if (error) {
        writer_destroy(writer);
        return error;
    }
    *out = writer;
    return 0;
}

/* From now on the thread uses the recorders. */
static void let_go(struct writer *writer)
{
    atomic_store_explicit(&writer->begun, true, memory_order_release);
}

int writer_begin(struct writer *writer, const struct survey_metadata *metadata)
{
    struct write_signals signals;

    write_signals_hold(&signals);
    int error = write_signals_release(&signals, recorders_begin(&writer->recorders, metadata));
    let_go(writer);
    return error;
}

int writer_continue(struct writer *writer, unsigned output, const struct survey_metadata *metadata, int fd,
                    uint64_t position)
{
    struct recorder *recorder = &writer->recorders.list[output];
    struct write_signals signals;

    if (position)
        return recorder_continue(recorder, metadata, fd, position);
    write_signals_hold(&signals);
    return write_signals_release(&signals, recorder_begin(recorder, metadata));
}

int writer_add(struct writer *writer, unsigned output, const struct record *records, size_t n)
{
    struct recorder *recorder = &writer->recorders.list[output];
    struct write_signals signals;

    write_signals_hold(&signals);
    for (size_t i = 0; i < n; i++)
        recorder_append(recorder, &records[i]);
    return write_signals_release(&signals, recorder_error(recorder));
}

int writer_go_on(struct writer *writer)
{
    struct write_signals signals;

    write_signals_hold(&signals);
    recorders_forget(&writer->recorders);
    int error = write_signals_release(&signals, writer_error(writer));
    let_go(writer);
    return error;
}

bool writer_push(struct writer *writer, unsigned producer, const struct record *record)
{
    struct producer *own = &writer->producers[producer];
    struct record *slot = spsc_ring_reserve(&own->ring);

    if (!slot) {
        counter_add(&own->dropped, 1);
        return false;
    }
    *slot = *record;
    spsc_ring_publish(&own->ring);
    return true;
}

void writer_mark(struct writer *writer)
{
    atomic_fetch_add_explicit(&writer->marks, 1, memory_order_release);
}

bool writer_passed(const struct writer *writer, uint64_t *records)
{
    if (atomic_load_explicit(&writer->marks_passed, memory_order_acquire) !=
        atomic_load_explicit(&writer->marks, memory_order_relaxed))
        return false;
    *records = atomic_load_explicit(&writer->passed_records, memory_order_relaxed);
    return true;
}

void writer_finish(struct writer *writer)
{
    atomic_store_explicit(&writer->stopping, true, memory_order_release);
}

bool writer_finished(const struct writer *writer)
{
    return atomic_load_explicit(&writer->finished, memory_order_acquire);
}

void writer_abandon(struct writer *writer)
{
    recorders_abandon(&writer->recorders);
}

int writer_stop(struct writer *writer)
{
    writer_finish(writer);
    if (writer->started)
        pthread_join(writer->thread, NULL);
    writer->started = false;
    return writer_error(writer);
}

uint64_t writer_written(const struct writer *writer)
{
    return recorders_written(&writer->recorders);
}

uint64_t writer_bytes(const struct writer *writer)
{
    return recorders_bytes(&writer->recorders);
}

uint64_t writer_dropped(const struct writer *writer)
{
    uint64_t dropped = recorders_dropped(&writer->recorders);

    for (unsigned i = 0; i < writer->producer_count; i++)
        dropped += counter_read(&writer->producers[i].dropped);
    return dropped;
}

double writer_filled(const struct writer *writer)
{
    double most = 0;

    for (unsigned i = 0; i < writer->producer_count; i++) {
        double filled = spsc_ring_filled(&writer->producers[i].ring);

        if (filled > most)
            most = filled;
    }
    return most;
}

int writer_error(const struct writer *writer)
{
    return recorders_error(&writer->recorders);
}

int writer_output_error(const struct writer *writer, unsigned output)
{
    return recorder_error(&writer->recorders.list[output]);
}

void writer_destroy(struct writer *writer)
{
    if (!writer)
        return;
    writer_abandon(writer);
    writer_stop(writer);
    for (unsigned i = 0; i < writer->producer_count; i++)
        spsc_ring_destroy(&writer->producers[i].ring);
    free(writer->producers);
    recorders_close(&writer->recorders);
    free(writer);
}
