// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The engine of a survey in one thread and one loop, for commands such as trace and ping: the same sender and
 * receiver steps, with a raw socket to send and a packet socket to receive, per family.
 *
 *   fleet --> sender_step() --> raw sockets       or another strategy
 *     ^                                           poll: packet sockets, and other watches
 *     +------ receiver_step() <-- packet sockets
 *
 * Both steps run in this thread, so answers need no ring: the receiver calls the fleet directly.
 *
 * Its sockets are opened earlier: session/sockets.h.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "engine/receiver.h"
#include "engine/sender.h"
#include "knowledge/graph.h"
#include "output/writer.h"
#include "packet/tracked.h"
#include "send/tx_raw.h"
#include "session/record_file.h"
#include "session/sockets.h"
#include "strategy/fleet.h"

struct session_config {
    struct tracked_config probes;
    struct given
        *given; /* makes probes with given headers instead (packet/given.h); owned by the caller. NULL: not
                   used */
    struct strategy *strategy; /* chooses the probes; owned by the caller. NULL: a fleet, empty at first */
    struct sockets sockets;    /* owned by the caller, open until session_close() */
    const char *interface; /* NULL: the routes decide; else probes leave and replies are taken there only */
    struct address_pair sources; /* the ones asked for, by which rules may route; or none */
    const unsigned *scopes;      /* by lane, as in send/tx_raw.h; NULL: none */
    double rate;                 /* probes per second over all targets, INFINITY: unlimited */
    enum tx_raw_long long_packets;
    bool reassemble;       /* answers may come in fragments */
    unsigned round_probes; /* this and the next are for records (engine/match.h) */
    bool sized;
    bool many_answer;        /* several hosts answer one probe, because it goes to an address of many hosts */
    uint64_t late_after_ns;  /* answers that take longer are flagged as late */
    uint64_t paths;          /* how many owners will be added, for the graph */
    unsigned flows, max_ttl; /* bounds of the probes, for the graph; 0 flows: no graph is made */
};

enum {
    SESSION_WATCHES = 6,
    SESSION_SOURCES = 2, /* one per family */
};

/* A descriptor that wakes the loop. */
struct session_watch {
    int fd;
    void (*ready)(void *context, uint64_t now_ns);
    void *context;
};

struct session {
    struct fleet *fleet;     /* NULL if the caller brings a strategy */
    struct tracked *tracked; /* NULL if headers are given */
    struct source *sources[SESSION_SOURCES];
    unsigned source_count;
    struct sender sender;
    struct receiver receiver;
    struct matcher matcher;
    struct graph *graph;
    struct session_watch watches[SESSION_WATCHES];
    unsigned watch_count;
    bool stopped;
    bool reader_gone; /* the reader of stdout: there is no reason to probe any more */
    /* Called between steps, whenever something may have changed. Returns the latest time of its next call;
     * UINT64_MAX: any time. May be NULL. */
    uint64_t (*idle)(void *context, uint64_t now_ns);
    void *idle_context;
};

/* session_open() sets up the sockets and opens the fleet. Returns 0 or a negative errno: -ENODEV if the
 * interface does not exist. session_close() may be called after any outcome. */
int session_open(struct session *session, const struct session_config *config);
void session_close(struct session *session);

/* session_open_or_say() is session_open() for commands: it returns an exit code, after one line that begins
 * with `command` if it failed. */
int session_open_or_say(const char *command, struct session *session, const struct session_config *config);

/* session_start_records() makes the session write records to an open file. Returns an exit code, likewise. */
int session_start_records(const char *command, struct session *session, struct record_file *file);

/* session_watch() adds a descriptor, at most SESSION_WATCHES; -1 is ignored. */
void session_watch(struct session *session, int fd, void (*ready)(void *context, uint64_t now_ns),
                   void *context);

/* session_unwatch() removes it. session_mute() makes the loop ignore it for a while, or watch it again. */
void session_unwatch(struct session *session, int fd);
void session_mute(struct session *session, int fd, bool muted);

/* session_run() runs until the strategy is done (of a fleet, every member), session_stop() was called, or
 * stdout or the results accept no more output. Returns 0 or a negative errno. */
int session_run(struct session *session);
void session_stop(struct session *session);

/* What became of all packets so far. */
struct session_totals {
    uint64_t sent, unsent; /* probes; the kernel refused the unsent ones with `unsent_error` */
    int unsent_error;
    uint64_t answers;  /* accepted replies, duplicates included */
    uint64_t excess;   /* answers beyond those that their probes can get */
    uint64_t rejected; /* packets that are no answer to one of our probes */
    uint64_t lost;     /* replies that this host received, but this program was too slow to read */
};

void session_totals(const struct session *session, struct session_totals *out);

/* session_warn_of_losses() reports on stderr what the user would not see otherwise: probes that could not be
 * sent, replies lost on this host, answers that did not count. */
void session_warn_of_losses(const struct session *session);
