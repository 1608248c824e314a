// SPDX-License-Identifier: GPL-2.0-or-later
/* The messages between late_files.c and its keeper, over a socket that preserves message boundaries. Private to
 * these two. */
#pragma once

#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/late_files.h"

enum late_order {
    ORDER_REPLACE, /* the reply has a descriptor and a ticket, which the next three orders refer to */
    ORDER_CLEAR,
    ORDER_COMMIT,
    ORDER_DISCARD,
    ORDER_READ, /* the reply has a descriptor, also for ORDER_CREATE */
    ORDER_CREATE,
    ORDER_REMOVE,
    ORDER_SETTLE,
};

struct late_request {
    uint32_t order;
    uint32_t mode;
    uint32_t ticket;
    uint32_t flag; /* `lasting` or `overwrite` */
    char path[PATH_MAX];
};

struct late_reply {
    int32_t result; /* 0 or a negative errno; with 0 the message may carry a descriptor */
    uint32_t ticket;
};

struct late_name {
    enum late_use use;
    char *path;  /* or the part before the number */
    char *after; /* NULL: no number */
};

struct late_files {
    struct late_name *names;
    size_t count;
    int socket; /* -1: not started */
    pid_t keeper;
    pthread_mutex_t lock; /* of the socket: held from a request to its reply */
    bool reply_lost;      /* one was not received: it would be taken for the reply to the next request */
};

/* late_files_may() returns whether a name is allowed. */
bool late_files_may(const struct late_files *late, enum late_use use, const char *path);

/* late_keeper_serve() answers requests until the other end of the socket is closed. */
void late_keeper_serve(const struct late_files *late, int socket);

/* late_request_ask() sends a request to the keeper and waits for the reply. Returns the result in the reply.
 * `fd` is set to the descriptor that came with it, or to -1. Where a reply cannot be received, returns why, and -EPIPE
 * for all later requests. */
int late_request_ask(struct late_files *late, const struct late_request *request, uint32_t *ticket, int *fd);

/* late_request_answer() sends a reply, with a copy of `fd` unless that is -1. Returns 0 or a negative errno. */
int late_request_answer(int socket, const struct late_reply *reply, int fd);
