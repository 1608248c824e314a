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
    struct sockets sockets; /* owned by the caller */
    struct siphash_key key;
    const char *interface;             /* NULL: chosen by the routes */
    struct address_pair asked_sources; /* or none */
    struct address_pair sources;       /* sources of probes; a family without one gets no probes */
    double rate;                       /* packets per second */
    unsigned copies;                   /* packets per line, at least 1 */
    uint64_t most;                     /* packets; 0: any number */
    uint64_t linger_ns;                /* wait for answers, after the last packet */
    unsigned min_ttl, max_ttl;
    const struct address_set *excluded, *included; /* see strategy/stream.h; owned by the caller */
    bool unproven;                                 /* see packet/given.h */
    const char *round;                             /* at most CARACAL_ROUND_MAX bytes */
    bool seconds;
    struct sandbox sandbox;
};

/* caracal_run() returns the program's exit code, after one line on stderr if something was wrong. */
int caracal_run(const struct caracal_config *config);

/* caracal_sources() fills in sources that were not given: the interface's, or the one that the kernel would
 * use towards the Internet. Returns an exit code as above: EXIT_UNUSABLE if there is none at all. */
int caracal_sources(struct caracal_config *config);
