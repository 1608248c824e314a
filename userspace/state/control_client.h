// SPDX-License-Identifier: GPL-2.0-or-later
/* One client of state/control_socket.h: the line received so far, and the answer not yet sent. Private to
 * userspace/state/. */
#pragma once

#include <stdbool.h>

#include "state/control_socket.h"

struct control_client {
    int fd;            /* nonblocking; -1: free */
    uint64_t since_ns; /* when it last sent or received something */
    bool finished;     /* it sends no more, or gets nothing after this answer */
    size_t length;     /* bytes of the line received so far */
    char line[CONTROL_LINE_SIZE];
    size_t answer_start, answer_end; /* the part not sent yet */
    char answer[CONTROL_ANSWER_SIZE];
};

/* control_client_begin() takes over the descriptor of a connection; control_client_end() closes it. */
void control_client_begin(struct control_client *client, int fd, uint64_t now_ns);
void control_client_end(struct control_client *client);

/* control_client_serve() reads and writes as far as possible without waiting, and answers at most one line.
 * Returns false when the client has gone, is done, or was idle for too long. control_client_waits() returns
 * whether part of an answer is still to be sent. */
bool control_client_serve(struct control_client *client, uint64_t now_ns, control_answer *answer,
                          void *context);
bool control_client_waits(const struct control_client *client);
