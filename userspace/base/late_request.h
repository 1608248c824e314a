// SPDX-License-Identifier: GPL-2.0-or-later
/* What passes between late_files.c and its keeper, over a socket that keeps messages apart. Private to those
 * two. */
#pragma once

#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/late_files.h"

enum late_order {
    ORDER_REPLACE, /* replies with a descriptor and a ticket, by which the next three know it */
    ORDER_CLEAR,
    ORDER_COMMIT,
    ORDER_DISCARD,
    ORDER_READ, /* reply with a descriptor, as ORDER_CREATE does */
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
    int32_t result; /* 0 or a negative errno; where it is 0, a descriptor may come with it */
    uint32_t ticket;
};

struct late_name {
    enum late_use use;
    char *path;  /* or what stands before the number */
    char *after; /* NULL: no number */
};

struct late_files {
    struct late_name *names;
    size_t count;
    int socket; /* -1: not started */
    pid_t keeper;
    pthread_mutex_t lock; /* of the socket: a request and its reply belong together */
};

/* late_files_may() says whether a name is allowed. */
bool late_files_may(const struct late_files *late, enum late_use use, const char *path);

/* late_keeper_serve() answers requests until the other end is closed. */
void late_keeper_serve(const struct late_files *late, int socket);

/* late_request_ask() has the keeper do it. Returns the reply's result; `fd` is the descriptor that came with it,
 * or -1. */
int late_request_ask(struct late_files *late, const struct late_request *request, uint32_t *ticket, int *fd);

/* late_request_answer() sends a reply, and a copy of `fd` beside it unless that is -1. 0 or a negative errno. */
int late_request_answer(int socket, const struct late_reply *reply, int fd);
