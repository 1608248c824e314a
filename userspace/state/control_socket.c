// SPDX-License-Identifier: GPL-2.0-or-later
#include "state/control_socket.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "state/control_address.h"
#include "state/control_client.h"

enum {
    BACKLOG = CONTROL_CLIENTS,
};

struct control_socket {
    char *path;
    struct stat made; /* device and inode of the file at `path` when it was made */
    uid_t owner;
    int listener, events; /* epoll(7) over the listener and all clients */
    struct control_client clients[CONTROL_CLIENTS];
};

static int watch(const struct control_socket *socket, int fd)
{
    struct epoll_event event = {.events = EPOLLIN};

    return epoll_ctl(socket->events, EPOLL_CTL_ADD, fd, &event) ? -errno : 0;
}

static int open_events(struct control_socket *socket)
{
    socket->events = epoll_create1(EPOLL_CLOEXEC);
    return socket->events < 0 ? -errno : watch(socket, socket->listener);
}

static int begin(struct control_socket *socket, const char *path, struct error_text *error)
{
    socket->path = strdup(path);
    if (!socket->path)
        return error_text_set(error, -ENOMEM, "out of memory");
    socket->listener = control_address_listen(path, BACKLOG, error);
    if (socket->listener < 0)
        return socket->listener;
    int code = lstat(path, &socket->made) ? -errno : open_events(socket);
    return code ? error_text_set(error, code, "cannot listen at %s: %s", path, strerror(-code)) : 0;
}

int control_socket_open(struct control_socket **out, const char *path, struct error_text *error)
{
    struct control_socket *socket = calloc(1, sizeof(*socket));

    if (!socket)
        return error_text_set(error, -ENOMEM, "out of memory");
    socket->listener = socket->events = -1;
    socket->owner = geteuid();
    for (size_t i = 0; i < CONTROL_CLIENTS; i++)
        socket->clients[i].fd = -1;
    int code = begin(socket, path, error);
    if (code)
        control_socket_close(socket, NULL);
    else
        *out = socket;
    return code;
}

/* Another run may have taken the path since. If the filter of system calls no longer allows a look, the
 * socket counts as ours. */
static bool is_still_ours(const struct control_socket *socket)
{
    struct stat now;

    if (!socket->made.st_ino)
        return false;
    if (lstat(socket->path, &now))
        return errno != ENOENT;
    return now.st_ino == socket->made.st_ino && now.st_dev == socket->made.st_dev;
}

void control_socket_close(struct control_socket *socket, struct late_files *late)
{
    if (!socket)
        return;
    for (size_t i = 0; i < CONTROL_CLIENTS; i++)
        if (socket->clients[i].fd >= 0)
            control_client_end(&socket->clients[i]);
    if (socket->events >= 0)
        close(socket->events);
    if (is_still_ours(socket))
        late_files_remove(late, socket->path);
    if (socket->listener >= 0)
        close(socket->listener);
    free(socket->path);
    free(socket);
}

int control_socket_fd(const struct control_socket *socket)
{
    return socket ? socket->events : -1;
}

/* Returns a free entry, or disconnects the client that was idle longest and returns its entry. */
static struct control_client *make_room(struct control_socket *socket)
{
    struct control_client *place = &socket->clients[0];

    for (size_t i = 0; i < CONTROL_CLIENTS; i++) {
        struct control_client *client = &socket->clients[i];

        if (client->fd < 0)
            return client;
        if (client->since_ns < place->since_ns)
            place = client;
    }
    control_client_end(place);
    return place;
}

static bool may_connect(const struct control_socket *socket, int fd)
{
    struct ucred peer;
    socklen_t length = sizeof(peer);

    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 &&
           (peer.uid == 0 || peer.uid == socket->owner);
}

/* Accepts at most as many clients per call as there are entries; further ones wait. */
static void let_in(struct control_socket *socket, uint64_t now_ns)
{
    for (int i = 0; i < CONTROL_CLIENTS; i++) {
        int fd = accept4(socket->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

        if (fd < 0)
            return;
        if (may_connect(socket, fd) && watch(socket, fd) == 0)
            control_client_begin(make_room(socket), fd, now_ns);
        else
            close(fd);
    }
}

void control_socket_serve(struct control_socket *socket, uint64_t now_ns, control_answer *answer,
                          void *context)
{
    if (!socket)
        return;
    let_in(socket, now_ns);
    for (size_t i = 0; i < CONTROL_CLIENTS; i++) {
        struct control_client *client = &socket->clients[i];

        if (client->fd >= 0 && !control_client_serve(client, now_ns, answer, context))
            control_client_end(client);
    }
}
