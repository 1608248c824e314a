// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The single thread that writes the packets that a survey receives, as pcapng.
 *
 *   receiver 0 --ring--\
 *   receiver n --ring---+--> thread: pcapng_blocks -> byte sink -> write(2)
 *   filter's rejections-/
 *
 * No thread waits for it: a packet that finds no room is counted as dropped, and so is every packet after a
 * failed write. The file never exceeds its limit; later packets are counted as past it. Every packet that is
 * pushed, or given or dropped by a feed, is counted exactly once. After an error, packets handed over and not
 * yet written count as dropped.
 */
#pragma once

#include <sched.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "receive/pcapng_blocks.h"

struct capture_writer;

struct capture_entry {
    uint64_t received_ns; /* CLOCK_MONOTONIC */
    uint16_t interface;   /* index of the interface in the configuration */
    bool by_filter;       /* rejected by the filter; else by a receiver */
    const char *reason;   /* never freed; NULL: not rejected */
    const uint8_t *ip;
    uint32_t length, original; /* as captured, and of the original packet */
};

/* A source of packets that no receiver sees. take() hands some of them to capture_writer_add() and returns
 * how many; it never waits. */
struct capture_feed {
    size_t (*take)(const struct capture_feed *feed, struct capture_writer *writer);
    void *source;
    uint16_t interface;
};

enum {
    CAPTURE_INTERFACES_MAX = 32,
    /* The longest packet that is captured as a whole; no chunk of a UMEM holds more. */
    CAPTURE_PACKET_MAX = 2048,
    /* Shared by all rings: room for a seventh of a second at 400,000 replies per second. */
    CAPTURE_RINGS_BYTES = 8 << 20,
    /* With less, not even the head of the file has room. */
    CAPTURE_LIMIT_MIN = 64 << 10,
};

struct capture_writer_config {
    int fd;                       /* owned by the caller, who keeps it open until capture_writer_destroy() */
    char program[64], system[80]; /* for the head of the file */
    const char *interfaces[CAPTURE_INTERFACES_MAX]; /* their names */
    struct capture_feed feeds[CAPTURE_INTERFACES_MAX];
    unsigned interface_count, feed_count;
    unsigned producers;
    uint64_t limit; /* of the file in bytes, at least CAPTURE_LIMIT_MIN */
    uint64_t there; /* bytes that are in the file already */
    struct clock_pairing clock;
    cpu_set_t cpus; /* where the thread runs; empty: anywhere */
};

/* capture_writer_start() allocates the rings and starts the thread. The thread has no privilege, and writes
 * nothing until capture_writer_begin(). `config` is copied. Returns 0 or a negative errno. */
int capture_writer_start(struct capture_writer **out, const struct capture_writer_config *config);
void capture_writer_begin(struct capture_writer *writer);

/* capture_writer_push() copies a packet into the ring of `producer`; only one thread may use each ring. */
void capture_writer_push(struct capture_writer *writer, unsigned producer, const struct capture_entry *entry);

/* capture_writer_add() adds a packet of a feed. Only for feeds, in the writer's own thread. */
void capture_writer_add(struct capture_writer *writer, const struct capture_entry *entry);

/* capture_writer_finish() asks the thread to write all pushed packets and the statistics of each interface
 * (copied), and to end. No producer may push after that. capture_writer_finished() returns whether the thread
 * has ended. capture_writer_abandon() stops waiting for a reader that does not read. */
void capture_writer_finish(struct capture_writer *writer,
                           const struct pcapng_statistics statistics[CAPTURE_INTERFACES_MAX]);
bool capture_writer_finished(const struct capture_writer *writer);
void capture_writer_abandon(struct capture_writer *writer);

/* Packets, readable by every thread: in the file; dropped for want of room or after an error; past the
 * limit. */
struct capture_totals {
    uint64_t captured, dropped, past_limit;
    int error; /* 0, or the negative errno after which nothing more was written */
};

struct capture_totals capture_writer_totals(const struct capture_writer *writer);

/* capture_writer_destroy() also stops a thread that was not finished; NULL is allowed. */
void capture_writer_destroy(struct capture_writer *writer);
