// SPDX-License-Identifier: GPL-2.0-or-later
#include "state/control_address.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    SOCKET_MODE = 0600,
    PATIENCE_S = 10, /* how long to wait for a run that does not answer, for example one stopped by SIGSTOP */
};

static int make_address(const char *path, struct sockaddr_un *out, struct error_text *error)
{
    size_t length = strlen(path);

    *out = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (length == 0 || length >= sizeof(out->sun_path))
        return error_text_set(error, -ENAMETOOLONG, "'%s' is not a path of at most %zu bytes", path,
                              sizeof(out->sun_path) - 1);
    memcpy(out->sun_path, path, length);
    return 0;
}

static int refuse(struct error_text *error, int code, const char *path, const char *what)
{
    return error_text_set(error, code, "cannot %s %s: %s", what, path, strerror(-code));
}

/* Returns 0 or the negative errno of connect(2). Leaves the descriptor in `fd` unless `fd` is NULL. */
static int dial(const struct sockaddr_un *address, int *fd)
{
    const struct timeval patience = {.tv_sec = PATIENCE_S};
    int socket_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | (fd ? 0 : SOCK_NONBLOCK), 0);

    if (socket_fd < 0)
        return -errno;
    setsockopt(socket_fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    setsockopt(socket_fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    int error = connect(socket_fd, (const struct sockaddr *)address, sizeof(*address)) ? -errno : 0;
    if (fd && !error)
        *fd = socket_fd;
    else
        close(socket_fd);
    return error;
}

/*
 * Nobody can connect to a socket that a killed run left. But another run that starts at the same moment may
 * have removed it and listens there by now. So look a second time: then only the time between two calls is
 * left for such a race.
 */
static int remove_stale(const char *path, const struct sockaddr_un *address, struct error_text *error)
{
    struct stat before, after;

    if (lstat(path, &before))
        return errno == ENOENT ? 0 : refuse(error, -errno, path, "look at");
    if (!S_ISSOCK(before.st_mode) || before.st_uid != geteuid())
        return error_text_set(error, -EEXIST, "%s exists already, and is not a control socket of this user",
                              path);
    if (dial(address, NULL) != -ECONNREFUSED)
        return error_text_set(error, -EADDRINUSE, "another run listens at %s", path);
    if (lstat(path, &after) || after.st_ino != before.st_ino || after.st_dev != before.st_dev)
        return error_text_set(error, -EADDRINUSE, "another run starts at %s", path);
    return unlink(path) && errno != ENOENT ? refuse(error, -errno, path, "remove") : 0;
}

/* A bound socket gets the mode of its descriptor (unix(7)), so there is no moment at which others can
 * connect. */
static int listen_at(const struct sockaddr_un *address, int backlog)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (fd < 0)
        return -errno;
    if (fchmod(fd, SOCKET_MODE) == 0 && bind(fd, (const struct sockaddr *)address, sizeof(*address)) == 0) {
        if (listen(fd, backlog) == 0)
            return fd;
        unlink(address->sun_path);
    }
    int error = -errno;
    close(fd);
    return error;
}

int control_address_listen(const char *path, int backlog, struct error_text *error)
{
    struct sockaddr_un address;
    int code = make_address(path, &address, error);

    if (!code)
        code = remove_stale(path, &address, error);
    if (code)
        return code;
    int fd = listen_at(&address, backlog);
    return fd < 0 ? refuse(error, fd, path, "listen at") : fd;
}

int control_address_connect(const char *path, struct error_text *error)
{
    struct sockaddr_un address;
    int fd = -1, code = make_address(path, &address, error);

    if (!code && (code = dial(&address, &fd)))
        return error_text_set(error, code, "nobody listens at %s: %s", path, strerror(-code));
    return code ? code : fd;
}
