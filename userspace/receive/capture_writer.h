// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The one thread that writes what a survey receives, as pcapng.
 *
 *   receiver 0 --ring--\
 *   receiver n --ring---+--> thread: pcapng_blocks -> byte sink -> write(2)
 *   filter's rejections-/
 *
 * Nobody waits for it: a packet that finds no room is counted as dropped, and so is each after a write that
 * failed. The file never gets longer than its limit; what comes then is counted as beyond it. Of every packet
 * pushed, given or dropped by a feed, one counter tells; after an error those that were under way count as
 * dropped.
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
    uint16_t interface;   /* of those in the configuration */
    bool by_filter;       /* who rejected it */
    const char *reason;   /* which stays; NULL: it was not rejected */
    const uint8_t *ip;
    uint32_t length, original; /* as captured, and as it was */
};

/* Where packets come from that no receiver sees. take() hands some of them to capture_writer_add() and says how
 * many; it never waits. */
struct capture_feed {
    size_t (*take)(const struct capture_feed *feed, struct capture_writer *writer);
    void *source;
    uint16_t interface;
};

enum {
    CAPTURE_INTERFACES_MAX = 32,
    /* The longest packet that is captured whole; no chunk of a UMEM has more. */
    CAPTURE_PACKET_MAX = 2048,
    /* What all rings share: a seventh of a second at 400,000 replies per second. */
    CAPTURE_RINGS_BYTES = 8 << 20,
    /* Below it not even the head of the file has room. */
    CAPTURE_LIMIT_MIN = 64 << 10,
};

struct capture_writer_config {
    int fd;                       /* the caller's, kept open by it until capture_writer_destroy() */
    char program[64], system[80]; /* for the head of the file */
    const char *interfaces[CAPTURE_INTERFACES_MAX]; /* their names */
    struct capture_feed feeds[CAPTURE_INTERFACES_MAX];
    unsigned interface_count, feed_count;
    unsigned producers;
    uint64_t limit; /* of bytes, CAPTURE_LIMIT_MIN or more */
    uint64_t there; /* of those, in the file already */
    struct clock_pairing clock;
    cpu_set_t cpus; /* where the thread runs; empty: anywhere */
};

/* capture_writer_start() allocates the rings and starts the thread, which waits for capture_writer_begin() and has
 * no privilege then; nothing is written before. `config` is copied. 0 or a negative errno. */
int capture_writer_start(struct capture_writer **out, const struct capture_writer_config *config);
void capture_writer_begin(struct capture_writer *writer);

/* capture_writer_push() copies a packet into the ring of `producer`, which belongs to one thread. */
void capture_writer_push(struct capture_writer *writer, unsigned producer, const struct capture_entry *entry);

/* capture_writer_add() is for feeds, in the writer's own thread. */
void capture_writer_add(struct capture_writer *writer, const struct capture_entry *entry);

/* capture_writer_finish() asks the thread to write all that was pushed and what each interface counted, which is
 * copied, and to end; no producer may push any more. capture_writer_finished() says whether it has.
 * capture_writer_abandon() gives up on a reader that does not read. */
void capture_writer_finish(struct capture_writer *writer,
                           const struct pcapng_statistics statistics[CAPTURE_INTERFACES_MAX]);
bool capture_writer_finished(const struct capture_writer *writer);
void capture_writer_abandon(struct capture_writer *writer);

/* Readable by every thread: in the file, without room in a ring or after an error, and beyond the limit. */
struct capture_totals {
    uint64_t captured, dropped, past_limit;
    int error; /* 0 or the negative errno after which nothing was written */
};

struct capture_totals capture_writer_totals(const struct capture_writer *writer);

/* capture_writer_destroy() stops a thread that was not finished; NULL is allowed. */
void capture_writer_destroy(struct capture_writer *writer);
