// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * hopwire aliases: which addresses belong to one router. It uses the session of trace and ping, with a
 * strategy that probes addresses:
 *
 *   alias_list.c ──> sweeper.c <──> resolver.c ──> print.c
 *   addresses         session        sets           lines, .nodes, JSON
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "alias/alias_list.h"
#include "alias/resolver.h"
#include "host/sandbox.h"
#include "session/sockets.h"
#include "siphash.h"

struct alias_config {
    struct sockets sockets;  /* the caller's */
    struct alias_list *list; /* with known ways; alias_run() takes over its contents */
    struct resolver_config resolver;
    struct siphash_key key;
    const struct address_set *blocklist; /* owned by the caller; NULL: none */
    const char *interface;               /* NULL: chosen by the routes */
    struct address_pair sources;         /* given source addresses, or none */
    double rate;                         /* packets per second */
    uint64_t interval_ns, wait_ns;       /* alias/sweeper.h */
    bool json;
    FILE *nodes; /* gets an ITDK's .nodes file; owned by the caller; NULL: not written */
    struct sandbox sandbox;
};

/* alias_run() returns the program's exit code, after one line on stderr if something was wrong. */
int alias_run(const struct alias_config *config);
