// SPDX-License-Identifier: GPL-2.0-or-later
#include "state/control_client.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

void control_client_begin(struct control_client *client, int fd, uint64_t now_ns)
{
    client->fd = fd;
    client->since_ns = now_ns;
    client->finished = false;
    client->length = client->answer_start = client->answer_end = 0;
}

void control_client_end(struct control_client *client)
{
    close(client->fd);
    client->fd = -1;
}

bool control_client_waits(const struct control_client *client)
{
    return client->answer_start < client->answer_end;
}

/* Returns 1 if bytes were sent, 0 if it would have to wait, -1 if the client is gone. */
static int take_answer(struct control_client *client)
{
    ssize_t n = send(client->fd, client->answer + client->answer_start,
                     client->answer_end - client->answer_start, MSG_NOSIGNAL | MSG_DONTWAIT);

    if (n < 0)
        return errno == EAGAIN || errno == EINTR ? 0 : -1;
    client->answer_start += (size_t)n;
    return 1;
}

static int read_more(struct control_client *client)
{
    ssize_t n =
        recv(client->fd, client->line + client->length, sizeof(client->line) - client->length, MSG_DONTWAIT);

    if (n < 0)
        return errno == EAGAIN || errno == EINTR ? 0 : -1;
    client->finished = n == 0;
    client->length += (size_t)n;
    return 1;
}

static void put_answer(struct control_client *client, size_t length)
{
    client->answer[length] = '\n';
    client->answer_start = 0;
    client->answer_end = length + 1;
}

static void refuse(struct control_client *client, const char *why)
{
    int length = snprintf(client->answer, sizeof(client->answer), "{\"ok\":false,\"error\":\"%s\"}", why);

    put_answer(client, (size_t)length);
    client->finished = true;
    client->length = 0;
}

/* Takes the line out of the buffer, without its newline and any carriage return before it, and answers it. */
static void obey(struct control_client *client, char *newline, control_answer *answer, void *context)
{
    size_t length = (size_t)(newline - client->line), whole = length + 1;
    char line[CONTROL_LINE_SIZE];

    memcpy(line, client->line, length);
    while (length && line[length - 1] == '\r')
        length--;
    line[length] = '\0';
    memmove(client->line, client->line + whole, client->length - whole);
    client->length -= whole;
    for (size_t i = 0; i < length; i++)
        if (line[i] < ' ' || line[i] > '~') {
            refuse(client, "a command is a line of printable ASCII");
            return;
        }
    put_answer(client, answer(context, line, client->answer));
}

/* Returns whether there was a line to answer. */
static bool take_line(struct control_client *client, control_answer *answer, void *context)
{
    char *newline = memchr(client->line, '\n', client->length);

    if (newline)
        obey(client, newline, answer, context);
    else if (client->length == sizeof(client->line))
        refuse(client, "the line is too long");
    return control_client_waits(client);
}

/* Answers at most one line: a client that sends without end must not keep this call busy. */
bool control_client_serve(struct control_client *client, uint64_t now_ns, control_answer *answer,
                          void *context)
{
    bool answered = false;
    int moved = 1;

    while (moved > 0) {
        if (!control_client_waits(client)) {
            if (answered)
                return true;
            answered = take_line(client, answer, context);
            if (!answered && client->finished)
                return false;
        }
        moved = control_client_waits(client) ? take_answer(client) : read_more(client);
        if (moved > 0)
            client->since_ns = now_ns;
    }
    return moved == 0 && now_ns - client->since_ns < CONTROL_IDLE_NS;
}
