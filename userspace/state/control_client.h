// SPDX-License-Identifier: GPL-2.0-or-later
/* One client of state/control_socket.h: its line as it comes, its answer as it goes. Private to
 * userspace/state/. */
#pragma once

#include <stdbool.h>

#include "state/control_socket.h"

struct control_client {
    int fd;            /* nonblocking; -1: free */
    uint64_t since_ns; /* when it last sent or took something */
    bool finished;     /* it sends no more, or is to be sent no more than its answer */
    size_t length;     /* of what has come of the line */
    char line[CONTROL_LINE_SIZE];
    size_t answer_start, answer_end; /* what has not been taken yet */
    char answer[CONTROL_ANSWER_SIZE];
};

/* control_client_begin() takes over a connection; control_client_end() closes it. */
void control_client_begin(struct control_client *client, int fd, uint64_t now_ns);
void control_client_end(struct control_client *client);

/* control_client_serve() goes on as far as it can without waiting, and answers one line at most: false where
 * the client has gone, is through, or was idle for too long. control_client_waits() says whether part of an
 * answer is still to be taken. */
bool control_client_serve(struct control_client *client, uint64_t now_ns, control_answer *answer,
                          void *context);
bool control_client_waits(const struct control_client *client);
