// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * hopwire caracal: probes as lines on stdin, replies as lines on stdout, for programs that start caracal.
 *
 *   stdin --> strategy/stream.c --> raw sockets         session/session.h
 *   stdout <-- writer (output/caracal_csv.c) <-- packet sockets
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/address_pair.h"
#include "host/sandbox.h"
#include "session/sockets.h"
#include "siphash.h"
#include "target/address_set.h"

struct caracal_config {
    struct sockets sockets; /* the caller's */
    struct siphash_key key;
    const char *interface;             /* NULL: the routes decide */
    struct address_pair asked_sources; /* or none */
    struct address_pair sources;       /* what probes have; of a family without one none are sent */
    double rate;                       /* packets per second */
    unsigned copies;                   /* packets for each line, at least 1 */
    uint64_t most;                     /* packets; 0: any number */
    uint64_t linger_ns;                /* for answers, after the last packet */
    unsigned min_ttl, max_ttl;
    const struct address_set *excluded, *included; /* strategy/stream.h; the caller's */
    bool unproven;                                 /* packet/given.h */
    const char *round;                             /* at most CARACAL_ROUND_MAX bytes */
    bool seconds;
    struct sandbox sandbox;
};

/* caracal_run() returns the program's exit code, after one line on stderr where something was wrong. */
int caracal_run(const struct caracal_config *config);

/* caracal_sources() fills in the sources that were not asked for: the interface's, or what the kernel would use
 * toward the Internet. An exit code, likewise: unusable where there is none at all. */
int caracal_sources(struct caracal_config *config);
