// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A UNIX socket by which a run that goes on for days takes orders: a line in, a line back.
 *
 *     client --"rate 5000\n"--> line of at most CONTROL_LINE_SIZE --> the caller's answer()
 *            <--{"ok":true}\n-- one answer at a time, at most CONTROL_ANSWER_SIZE <--'
 *
 * It has no thread: whoever waits for other things anyway waits for its descriptor, too. Nobody is waited
 * for. A client that sends or takes nothing for CONTROL_IDLE_NS is cut off; where CONTROL_CLIENTS are there,
 * the one that was idle longest makes room. Who connects must be the user that opened the socket, or root
 * (SO_PEERCRED, unix(7)); its mode is 0600.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/error_text.h"
#include "base/late_files.h"

#define CONTROL_IDLE_NS 10000000000ULL

enum {
    CONTROL_CLIENTS = 8,
    CONTROL_LINE_SIZE = 256,     /* with its newline; longer ones are refused, and the client cut off */
    CONTROL_ANSWER_SIZE = 16384, /* a status takes two kilobytes */
};

struct control_socket;

/* Writes the answer to `line`, which is printable ASCII, as one line without its newline into `answer`, at
 * most CONTROL_ANSWER_SIZE - 1 bytes; returns its length. */
typedef size_t control_answer(void *context, const char *line, char *answer);

/*
 * control_socket_open() listens at `path`. A socket that is there and at which nobody listens, ours from an
 * earlier run, is replaced; anything else is refused. 0, or a negative errno with `error` written.
 * control_socket_close() takes it away again by `late`, unless another is seen to have its path; NULL is allowed.
 */
int control_socket_open(struct control_socket **out, const char *path, struct error_text *error);
void control_socket_close(struct control_socket *socket, struct late_files *late);

/* control_socket_fd() is readable when there is something to do; -1 for NULL. */
int control_socket_fd(const struct control_socket *socket);

/* control_socket_serve() does what there is to do and does not wait. Also to be called now and then where
 * nothing is readable: it cuts off who is idle. NULL is allowed. */
void control_socket_serve(struct control_socket *socket, uint64_t now_ns, control_answer *answer,
                          void *context);
