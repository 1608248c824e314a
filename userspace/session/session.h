// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The engine of a survey in one thread and one loop, for those who trace or ping: the same sender and
 * receiver steps, with a raw socket on the way out and a packet socket on the way in, for each family.
 *
 *   fleet --> sender_step() --> raw sockets       or another strategy
 *     ^                                           poll: packet sockets, and what else is watched
 *     +------ receiver_step() <-- packet sockets
 *
 * Both steps are this thread's, so answers need no ring: the receiver tells the fleet at once.
 *
 * Its sockets are opened before: session/sockets.h.
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
        *given; /* probes with given headers, instead: packet/given.h; the caller's. NULL: none are */
    struct strategy *strategy; /* that asks for probes; the caller's. NULL: a fleet, empty at first */
    struct sockets sockets;    /* the caller's, until session_close() */
    const char *interface; /* NULL: the routes decide; else probes leave and replies are taken there only */
    struct address_pair sources; /* that were asked for, which routing rules may look at; or none */
    const unsigned *scopes;      /* by lane, as send/tx_raw.h has them; NULL: there are none */
    double rate;                 /* probes per second over all targets, INFINITY: unlimited */
    enum tx_raw_long long_packets;
    bool reassemble;       /* answers may come in fragments */
    unsigned round_probes; /* of records (engine/match.h), like the next */
    bool sized;
    bool many_answer;        /* to one probe: it goes to the address of many hosts */
    uint64_t late_after_ns;  /* answers that take longer are flagged */
    uint64_t paths;          /* owners that will be added, for the graph */
    unsigned flows, max_ttl; /* bounds of the probes', for the graph; no flows: no graph is made */
};

enum {
    SESSION_WATCHES = 6,
    SESSION_SOURCES = 2, /* one of each family */
};

/* A descriptor that wakes the loop. */
struct session_watch {
    int fd;
    void (*ready)(void *context, uint64_t now_ns);
    void *context;
};

struct session {
    struct fleet *fleet;     /* NULL where the strategy is the caller's */
    struct tracked *tracked; /* NULL where headers are given */
    struct source *sources[SESSION_SOURCES];
    unsigned source_count;
    struct sender sender;
    struct receiver receiver;
    struct matcher matcher;
    struct graph *graph;
    struct session_watch watches[SESSION_WATCHES];
    unsigned watch_count;
    bool stopped;
    bool reader_gone; /* of stdout: nothing is left to probe for */
    /* Called between steps, whenever something may have changed; returns when it wants to be called again
     * at the latest, UINT64_MAX: whenever. NULL: not. */
    uint64_t (*idle)(void *context, uint64_t now_ns);
    void *idle_context;
};

/* session_open() puts the sockets to work and opens the fleet. 0 or a negative errno: -ENODEV where the
 * interface is not there. session_close() is right after every outcome. */
int session_open(struct session *session, const struct session_config *config);
void session_close(struct session *session);

/* session_open_or_say() is session_open() for commands: returns an exit code, after one line that begins with
 * `command` where it failed. */
int session_open_or_say(const char *command, struct session *session, const struct session_config *config);

/* session_start_records() begins to write records to a file that is open, and has the session do so. An exit
 * code, likewise. */
int session_start_records(const char *command, struct session *session, struct record_file *file);

/* session_watch() adds a descriptor, of which there may be SESSION_WATCHES; -1 is passed over. */
void session_watch(struct session *session, int fd, void (*ready)(void *context, uint64_t now_ns),
                   void *context);

/* session_unwatch() takes it off again. session_mute() has it wake nobody for a while, or again. */
void session_unwatch(struct session *session, int fd);
void session_mute(struct session *session, int fd, bool muted);

/* session_run() runs until the strategy, of a fleet every member, is done, session_stop() was called, or what is found can
 * be written nowhere: stdout or the results take nothing more. 0 or a negative errno. */
int session_run(struct session *session);
void session_stop(struct session *session);

/* What became of all packets so far. */
struct session_totals {
    uint64_t sent, unsent; /* probes; unsent ones were refused by the kernel, for `unsent_error` */
    int unsent_error;
    uint64_t answers;  /* accepted replies, duplicates included */
    uint64_t excess;   /* more answers than their probes can get */
    uint64_t rejected; /* packets that were no answer to a probe of ours */
    uint64_t lost;     /* replies that this host received and we were too slow for */
};

void session_totals(const struct session *session, struct session_totals *out);

/* session_warn_of_losses() says on stderr what the user would not see otherwise: probes that could not be
 * sent, replies lost on this host, answers that did not count. */
void session_warn_of_losses(const struct session *session);
