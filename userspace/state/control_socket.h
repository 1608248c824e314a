// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A UNIX socket by which a run that takes days receives orders: one line in, one line back.
 *
 *     client --"rate 5000\n"--> line of at most CONTROL_LINE_SIZE --> the caller's answer()
 *            <--{"ok":true}\n-- one answer at a time, at most CONTROL_ANSWER_SIZE <--'
 *
 * It has no thread: the caller's poll loop includes its descriptor. It never waits for a client. A client
 * that sends and receives nothing for CONTROL_IDLE_NS is disconnected. When CONTROL_CLIENTS clients are
 * connected and another one comes, the one idle longest is disconnected. Clients must belong to the user who
 * opened the socket, or to root (SO_PEERCRED, unix(7)); the socket's mode is 0600.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/error_text.h"
#include "base/late_files.h"

#define CONTROL_IDLE_NS 10000000000ULL

enum {
    CONTROL_CLIENTS = 8,
    CONTROL_LINE_SIZE = 256,     /* with its newline; a longer line is refused, and the client disconnected */
    CONTROL_ANSWER_SIZE = 16384, /* a status takes 2 KB */
};

struct control_socket;

/* Writes the answer to `line` (printable ASCII) into `answer`: one line without its newline, at most
 * CONTROL_ANSWER_SIZE - 1 bytes. Returns its length. */
typedef size_t control_answer(void *context, const char *line, char *answer);

/*
 * control_socket_open() listens at `path`. If a socket of an earlier run is there, at which nobody listens,
 * it is replaced; anything else there is an error. Returns 0, or a negative errno with `error` written.
 * control_socket_close() removes the socket by `late`, unless another file has its path by then; NULL is
 * allowed.
 */
int control_socket_open(struct control_socket **out, const char *path, struct error_text *error);
void control_socket_close(struct control_socket *socket, struct late_files *late);

/* control_socket_fd() returns a descriptor that is readable when there is something to do; -1 for NULL. */
int control_socket_fd(const struct control_socket *socket);

/* control_socket_serve() does what there is to do, without waiting. Call it now and then even if nothing is
 * readable, because it also disconnects idle clients. NULL is allowed. */
void control_socket_serve(struct control_socket *socket, uint64_t now_ns, control_answer *answer,
                          void *context);
