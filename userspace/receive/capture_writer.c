// SPDX-License-Identifier: GPL-2.0-or-later
#include "receive/capture_writer.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/byte_ring.h"
#include "base/counter.h"
#include "host/cpus.h"
#include "host/privilege.h"
#include "output/descriptor_sink.h"

enum {
    TURN = 256,            /* packets taken from one ring before the next ring's turn */
    RING_MIN = 1 << 18,    /* with many receivers each has fewer replies, but still needs room for a batch */
    STATISTICS_SIZE = 128, /* of an interface, at the end: kept free below the limit */
    COMMENT_SIZE = 64,
};

/* How much a kill may lose; a slow survey makes four small writes a second. */
#define FLUSH_AFTER_NS (250 * NS_PER_MS)

/* Sleep when there is nothing to do: a tenth of the time for which the rings have room. */
#define IDLE_NS (10 * NS_PER_MS)

#define FILTER_TEXT "hopwire: ICMP errors about probes of this survey, and answers to them"

/* In a ring, before the packet's bytes. */
struct waiting {
    uint64_t received_ns;
    const char *reason;
    uint32_t original;
    uint16_t interface;
};

struct producer {
    struct byte_ring ring;
    _Alignas(CACHE_LINE) counter_t dropped;
};

struct capture_writer {
    struct capture_writer_config config;
    struct producer *producers;
    struct byte_sink *sink;
    pthread_t thread;
    bool started; /* the thread must be joined */
    _Atomic bool begun, stopping, finished;
    struct pcapng_statistics statistics[CAPTURE_INTERFACES_MAX]; /* written before `stopping` */
    counter_t captured, dropped, past_limit;                     /* written by the thread */
    uint64_t under_way;                                          /* packets handed to the sink since the
                                                                    last flush */
    uint64_t flushed_ns;
    uint64_t position; /* in the file */
    bool full;         /* one packet was past the limit, and so are all that follow */
    bool shut;         /* not even a head has room behind the existing contents */
};

static uint64_t statistics_size(const struct capture_writer *writer)
{
    return (uint64_t)writer->config.interface_count * STATISTICS_SIZE;
}

/* An existing file that is continued may be as long as the limit already. */
static bool has_room_for_head(const struct capture_writer *writer)
{
    uint64_t head = (1ULL + writer->config.interface_count) * PCAPNG_OTHER_SIZE;

    return writer->position + head + statistics_size(writer) <= writer->config.limit;
}

/* All blocks other than packets have room reserved below the limit from the start. */
static void add_block(struct capture_writer *writer, size_t length)
{
    byte_sink_commit(writer->sink, length);
    writer->position += length;
}

static void write_head(struct capture_writer *writer)
{
    const struct capture_writer_config *config = &writer->config;
    uint8_t *out = (uint8_t *)byte_sink_reserve(writer->sink, PCAPNG_OTHER_SIZE);

    add_block(writer, pcapng_section(out, config->program, config->system));
    for (unsigned i = 0; i < config->interface_count; i++) {
        out = (uint8_t *)byte_sink_reserve(writer->sink, PCAPNG_OTHER_SIZE);
        add_block(writer, pcapng_interface(out, config->interfaces[i], FILTER_TEXT));
    }
}

static void write_statistics(struct capture_writer *writer)
{
    for (unsigned i = 0; !writer->shut && i < writer->config.interface_count; i++) {
        uint8_t *out = (uint8_t *)byte_sink_reserve(writer->sink, PCAPNG_OTHER_SIZE);

        add_block(writer, pcapng_statistics(out, i, &writer->statistics[i]));
    }
}

static bool fits(const struct capture_writer *writer, size_t length)
{
    return !writer->full && writer->position + length + statistics_size(writer) <= writer->config.limit;
}

void capture_writer_add(struct capture_writer *writer, const struct capture_entry *entry)
{
    char comment[COMMENT_SIZE];
    const struct pcapng_packet packet = {
        .interface = entry->interface,
        .realtime_ns = clock_to_realtime_ns(&writer->config.clock, entry->received_ns),
        .ip = entry->ip,
        .length = entry->length,
        .original = entry->original,
        .comment = entry->reason ? comment : NULL,
    };

    if (byte_sink_error(writer->sink)) {
        counter_add(&writer->dropped, 1);
        return;
    }
    if (entry->reason)
        snprintf(comment, sizeof(comment), "rejected%s: %s", entry->by_filter ? " by the filter" : "",
                 entry->reason);
    uint8_t *out = (uint8_t *)byte_sink_reserve(writer->sink, packet.length + PCAPNG_PACKET_OVERHEAD);
    size_t length = pcapng_packet(out, &packet);
    if (fits(writer, length)) {
        add_block(writer, length);
        writer->under_way++;
    } else {
        writer->full = true;
        counter_add(&writer->past_limit, 1);
    }
}

static size_t drain_ring(struct capture_writer *writer, struct byte_ring *ring)
{
    const struct waiting *waiting;
    size_t taken = 0;
    uint32_t size;

    for (; taken < TURN && (waiting = byte_ring_peek(ring, &size)); taken++) {
        const struct capture_entry entry = {
            .received_ns = waiting->received_ns,
            .interface = waiting->interface,
            .reason = waiting->reason,
            .ip = (const uint8_t *)(waiting + 1),
            .length = size - (uint32_t)sizeof(*waiting),
            .original = waiting->original,
        };

        capture_writer_add(writer, &entry);
        byte_ring_release(ring);
    }
    return taken;
}

static size_t drain(struct capture_writer *writer)
{
    size_t taken = 0;

    for (unsigned i = 0; i < writer->config.producers; i++)
        taken += drain_ring(writer, &writer->producers[i].ring);
    for (unsigned i = 0; i < writer->config.feed_count; i++)
        taken += writer->config.feeds[i].take(&writer->config.feeds[i], writer);
    return taken;
}

/* Only whole blocks are written, so that the file of a killed run ends with one. */
static void flush(struct capture_writer *writer, uint64_t now_ns)
{
    counter_add(byte_sink_flush(writer->sink) ? &writer->dropped : &writer->captured, writer->under_way);
    writer->under_way = 0;
    writer->flushed_ns = now_ns;
}

static void write_all(struct capture_writer *writer)
{
    for (;;) {
        /* Read before the rings, so that the drain sees everything pushed before the stop. */
        bool stopping = atomic_load_explicit(&writer->stopping, memory_order_acquire);
        size_t taken = drain(writer);
        uint64_t now = clock_now_ns();

        if (now - writer->flushed_ns >= FLUSH_AFTER_NS)
            flush(writer, now);
        if (taken)
            continue;
        if (stopping)
            break;
        nanosleep(&(struct timespec){.tv_nsec = IDLE_NS}, NULL);
    }
    write_statistics(writer);
    flush(writer, clock_now_ns());
}

static void *run(void *argument)
{
    struct capture_writer *writer = argument;

    privilege_leave_thread(0);
    while (!atomic_load_explicit(&writer->begun, memory_order_acquire) &&
           !atomic_load_explicit(&writer->stopping, memory_order_acquire))
        nanosleep(&(struct timespec){.tv_nsec = IDLE_NS}, NULL);
    if (atomic_load_explicit(&writer->begun, memory_order_relaxed)) {
        writer->full = writer->shut = !has_room_for_head(writer);
        if (!writer->shut)
            write_head(writer);
        write_all(writer);
    }
    atomic_store_explicit(&writer->finished, true, memory_order_release);
    return NULL;
}

static uint64_t ring_size(unsigned producers)
{
    uint64_t size = CAPTURE_RINGS_BYTES;

    while (size * producers > CAPTURE_RINGS_BYTES && size > RING_MIN)
        size /= 2;
    return size;
}

static int allocate_producers(struct capture_writer *writer)
{
    unsigned count = writer->config.producers;
    int error = 0;

    writer->producers = aligned_alloc(CACHE_LINE, count * sizeof(*writer->producers));
    if (!writer->producers)
        return -ENOMEM;
    memset(writer->producers, 0, count * sizeof(*writer->producers));
    for (unsigned i = 0; !error && i < count; i++)
        error = byte_ring_init(&writer->producers[i].ring, ring_size(count));
    return error;
}

/* The thread inherits the blocked signals, because other threads handle them. A write beyond RLIMIT_FSIZE or
 * into a closed pipe is then an error of the sink. */
static int start_thread(struct capture_writer *writer)
{
    sigset_t all, before;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = cpus_start_thread(&writer->thread, &writer->config.cpus, run, writer);
    writer->started = !error;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return error;
}

int capture_writer_start(struct capture_writer **out, const struct capture_writer_config *config)
{
    struct capture_writer *writer = calloc(1, sizeof(*writer));

    if (!writer)
        return -ENOMEM;
    writer->config = *config;
    writer->position = config->there;
    int error = descriptor_sink_open(&writer->sink, config->fd);
    if (!error)
        error = allocate_producers(writer);
    if (!error)
        error = start_thread(writer);
    if (error)
        capture_writer_destroy(writer);
    else
        *out = writer;
    return error;
}

void capture_writer_begin(struct capture_writer *writer)
{
    atomic_store_explicit(&writer->begun, true, memory_order_release);
}

void capture_writer_push(struct capture_writer *writer, unsigned producer, const struct capture_entry *entry)
{
    struct producer *own = &writer->producers[producer];
    uint32_t length = entry->length < CAPTURE_PACKET_MAX ? entry->length : CAPTURE_PACKET_MAX;
    struct waiting *waiting = byte_ring_reserve(&own->ring, (uint32_t)sizeof(*waiting) + length);

    if (!waiting) {
        counter_add(&own->dropped, 1);
        return;
    }
    *waiting = (struct waiting){
        .received_ns = entry->received_ns,
        .reason = entry->reason,
        .original = entry->original,
        .interface = entry->interface,
    };
    memcpy(waiting + 1, entry->ip, length);
    byte_ring_publish(&own->ring);
}

void capture_writer_finish(struct capture_writer *writer,
                           const struct pcapng_statistics statistics[CAPTURE_INTERFACES_MAX])
{
    memcpy(writer->statistics, statistics, sizeof(writer->statistics));
    atomic_store_explicit(&writer->stopping, true, memory_order_release);
}

bool capture_writer_finished(const struct capture_writer *writer)
{
    return atomic_load_explicit(&writer->finished, memory_order_acquire);
}

void capture_writer_abandon(struct capture_writer *writer)
{
    byte_sink_abandon(writer->sink);
}

struct capture_totals capture_writer_totals(const struct capture_writer *writer)
{
    struct capture_totals totals = {
        .captured = counter_read(&writer->captured),
        .dropped = counter_read(&writer->dropped),
        .past_limit = counter_read(&writer->past_limit),
        .error = byte_sink_error(writer->sink),
    };

    for (unsigned i = 0; i < writer->config.producers; i++)
        totals.dropped += counter_read(&writer->producers[i].dropped);
    return totals;
}

void capture_writer_destroy(struct capture_writer *writer)
{
    if (!writer)
        return;
    if (writer->started) {
        capture_writer_abandon(writer);
        atomic_store_explicit(&writer->stopping, true, memory_order_release);
        pthread_join(writer->thread, NULL);
    }
    for (unsigned i = 0; writer->producers && i < writer->config.producers; i++)
        byte_ring_destroy(&writer->producers[i].ring);
    free(writer->producers);
    byte_sink_close(writer->sink);
    free(writer);
}
