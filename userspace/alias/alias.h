// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * hopwire aliases: which addresses are one router. The session of trace and ping, with a strategy that asks addresses:
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
    struct alias_list *list; /* whose ways are known; what it has is taken */
    struct resolver_config resolver;
    struct siphash_key key;
    const struct address_set *blocklist; /* the caller's; NULL: none */
    const char *interface;               /* NULL: the routes decide */
    struct address_pair sources;         /* that were asked for, or none */
    double rate;                         /* packets per second */
    uint64_t interval_ns, wait_ns;       /* alias/sweeper.h */
    bool json;
    FILE *nodes; /* an ITDK's .nodes are written to this; the caller's, NULL: none are */
    struct sandbox sandbox;
};

/* alias_run() returns the program's exit code, after one line on stderr where something was wrong. */
int alias_run(const struct alias_config *config);
