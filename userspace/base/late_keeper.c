// SPDX-License-Identifier: GPL-2.0-or-later
/* The keeper's side of late_files.h. It trusts no request: names are compared with those that were allowed,
 * tickets with those that it gave out. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/late_request.h"
#include "base/part_file.h"

enum {
    TICKETS = 8, /* a survey's metadata and its two lists, the text files for others; one per thread or two */
};

struct keeper {
    const struct late_files *late;
    struct replacement files[TICKETS]; /* free if it has no descriptor */
};

static bool is_free(const struct replacement *file)
{
    return file->fd < 0;
}

static int begin_replacement(struct keeper *keeper, const struct late_request *request,
                             struct late_reply *reply)
{
    uint32_t ticket = 0;

    while (ticket < TICKETS && !is_free(&keeper->files[ticket]))
        ticket++;
    if (ticket == TICKETS)
        return -EMFILE;
    reply->ticket = ticket;
    reply->result = replacement_open(&keeper->files[ticket], request->path, request->mode);
    return reply->result ? reply->result : keeper->files[ticket].fd;
}

static int end_replacement(struct keeper *keeper, const struct late_request *request)
{
    struct replacement *file = request->ticket < TICKETS ? &keeper->files[request->ticket] : NULL;

    if (!file || is_free(file))
        return -EBADF;
    if (request->order == ORDER_COMMIT)
        return replacement_commit(file, request->flag);
    if (request->order == ORDER_CLEAR)
        replacement_clear(file);
    else
        replacement_discard(file);
    return 0;
}

/* A pipe that has replaced a file meanwhile does not block the keeper. */
static int open_to_read(const char *path)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

    return fd < 0 ? -errno : fd;
}

static bool is_allowed(const struct keeper *keeper, const struct late_request *request)
{
    static const enum late_use uses[] = {
        [ORDER_REPLACE] = LATE_REPLACE, [ORDER_READ] = LATE_READ,     [ORDER_CREATE] = LATE_CREATE,
        [ORDER_REMOVE] = LATE_REMOVE,   [ORDER_SETTLE] = LATE_SETTLE,
    };

    if (request->order == ORDER_CLEAR || request->order == ORDER_COMMIT || request->order == ORDER_DISCARD)
        return true; /* checked by their ticket */
    return request->order <= ORDER_SETTLE && !request->path[PATH_MAX - 1] &&
           late_files_may(keeper->late, uses[request->order], request->path);
}

/* Does what a request asks for. Returns a descriptor, 0 or a negative errno. */
static int obey(struct keeper *keeper, const struct late_request *request, struct late_reply *reply)
{
    bool created;

    if (!is_allowed(keeper, request))
        return -EACCES;
    switch (request->order) {
    case ORDER_REPLACE:
        return begin_replacement(keeper, request, reply);
    case ORDER_READ:
        return open_to_read(request->path);
    case ORDER_CREATE:
        return output_file_open(request->path, request->mode, request->flag, &created);
    case ORDER_REMOVE:
        return unlink(request->path) ? -errno : 0;
    case ORDER_SETTLE:
        return part_file_settle(request->path);
    default:
        return end_replacement(keeper, request);
    }
}

/* Closes its own descriptor of a file that was opened: only the caller needs it. */
static int answer(struct keeper *keeper, int socket, const struct late_request *request)
{
    struct late_reply reply = {0};
    int result = obey(keeper, request, &reply), fd = result > 0 ? result : -1;

    reply.result = result < 0 ? result : 0;
    int error = late_request_answer(socket, &reply, fd);
    if (fd >= 0 && request->order != ORDER_REPLACE)
        close(fd);
    return error;
}

void late_keeper_serve(const struct late_files *late, int socket)
{
    struct keeper keeper = {.late = late};
    struct late_request request;
    int error = 0;

    for (size_t i = 0; i < TICKETS; i++)
        keeper.files[i] = (struct replacement){.fd = -1, .directory = -1};
    while (!error) {
        ssize_t length = recv(socket, &request, sizeof(request), 0);

        if (length == sizeof(request))
            error = answer(&keeper, socket, &request);
        else if (length >= 0 || errno != EINTR)
            break;
    }
    for (size_t i = 0; i < TICKETS; i++)
        replacement_discard(&keeper.files[i]);
}

/* Checks an existing file itself; for a file to be created, checks its directory. */
static bool is_ours(const struct late_name *name)
{
    int state = output_file_state(name->path);
    char *copy = state == OUTPUT_FILE_STREAM ? NULL : realpath(name->path, NULL);
    bool ours;

    if (name->use == LATE_READ || state == OUTPUT_FILE_STREAM) {
        ours = !faccessat(AT_FDCWD, name->path, name->use == LATE_READ ? R_OK : W_OK, AT_EACCESS);
    } else {
        copy = copy ? copy : strdup(name->path);
        ours = copy && !faccessat(AT_FDCWD, dirname(copy), W_OK | X_OK, AT_EACCESS);
    }
    free(copy);
    return ours;
}

bool late_files_are_ours(const struct late_files *late)
{
    for (size_t i = 0; i < late->count; i++)
        if (!is_ours(&late->names[i]))
            return false;
    return true;
}
