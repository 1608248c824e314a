// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/late_files.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/late_request.h"
#include "base/part_file.h"

struct late_files *late_files_create(void)
{
    struct late_files *late = calloc(1, sizeof(*late));

    if (!late)
        return NULL;
    late->socket = -1;
    pthread_mutex_init(&late->lock, NULL);
    return late;
}

static int add(struct late_files *late, const struct late_name *name)
{
    struct late_name *names = realloc(late->names, (late->count + 1) * sizeof(*names));

    if (!names)
        return -ENOMEM;
    late->names = names;
    names[late->count] =
        (struct late_name){name->use, strdup(name->path), name->after ? strdup(name->after) : NULL};
    late->count++;
    return names[late->count - 1].path && !name->after == !names[late->count - 1].after ? 0 : -ENOMEM;
}

/* For names that are only read. */
static char *borrowed(const char *text)
{
    return (char *)(uintptr_t)text;
}

int late_files_allow(struct late_files *late, enum late_use use, const char *path)
{
    return late && path ? add(late, &(struct late_name){use, borrowed(path), NULL}) : 0;
}

int late_files_allow_numbered(struct late_files *late, enum late_use use, const char *before,
                              const char *after)
{
    return late && before ? add(late, &(struct late_name){use, borrowed(before), borrowed(after)}) : 0;
}

bool late_files_is_empty(const struct late_files *late)
{
    return late->count == 0;
}

static bool is_numbered(const struct late_name *name, const char *path)
{
    size_t before = strlen(name->path), digits;

    if (strncmp(path, name->path, before) != 0)
        return false;
    digits = strspn(path + before, "0123456789");
    return digits && strcmp(path + before + digits, name->after) == 0;
}

bool late_files_may(const struct late_files *late, enum late_use use, const char *path)
{
    for (size_t i = 0; i < late->count; i++) {
        const struct late_name *name = &late->names[i];

        if (name->use == use && (name->after ? is_numbered(name, path) : !strcmp(name->path, path)))
            return true;
    }
    return false;
}

/* The child process, which never returns. The result of settle() is the first reply. */
_Noreturn static void keep(const struct late_files *late, int socket,
                           int (*settle)(const struct late_files *late, void *context), void *context)
{
    sigset_t all;

    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    prctl(PR_SET_NAME, "late files");
    if (socket > STDERR_FILENO + 1)
        close_range(STDERR_FILENO + 1, (unsigned)socket - 1, 0);
    close_range((unsigned)socket + 1, ~0U, 0);

    struct late_reply settled = {.result = settle(late, context)};

    if (send(socket, &settled, sizeof(settled), MSG_NOSIGNAL) == sizeof(settled) && !settled.result)
        late_keeper_serve(late, socket);
    _exit(0);
}

static int wait_until_settled(int socket)
{
    struct late_reply settled;
    ssize_t length;

    do
        length = recv(socket, &settled, sizeof(settled), 0);
    while (length < 0 && errno == EINTR);
    return length == sizeof(settled) ? settled.result : -EPIPE;
}

int late_files_start(struct late_files *late, int (*settle)(const struct late_files *late, void *context),
                     void *context)
{
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
        return -errno;
    late->keeper = fork();
    if (late->keeper == 0)
        keep(late, ends[1], settle, context);
    int error = late->keeper < 0 ? -errno : 0;
    close(ends[1]);
    late->socket = ends[0];
    return error ? error : wait_until_settled(ends[0]);
}

static bool is_started(const struct late_files *late)
{
    return late && late->socket >= 0;
}

static int take_path(struct late_request *request, const char *path)
{
    size_t length = strlen(path);

    if (length >= sizeof(request->path))
        return -ENAMETOOLONG;
    memcpy(request->path, path, length + 1);
    return 0;
}

int late_files_replace(struct late_files *late, struct replacement *file, const char *path, mode_t mode)
{
    struct late_request request = {.order = ORDER_REPLACE, .mode = mode};

    if (!is_started(late))
        return replacement_open(file, path, mode);
    *file = (struct replacement){.fd = -1, .directory = -1};
    int error = take_path(&request, path);

    if (!error)
        error = late_request_ask(late, &request, &file->ticket, &file->fd);
    if (!error)
        file->late = late;
    return error;
}

static int ask_for_descriptor(struct late_files *late, struct late_request *request, const char *path)
{
    uint32_t ticket;
    int fd, error = take_path(request, path);

    if (!error)
        error = late_request_ask(late, request, &ticket, &fd);
    return error ? error : fd;
}

int late_files_read(struct late_files *late, const char *path)
{
    struct late_request request = {.order = ORDER_READ};

    if (is_started(late))
        return ask_for_descriptor(late, &request, path);
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

    return fd < 0 ? -errno : fd;
}

int late_files_open(struct late_files *late, const char *path, mode_t mode, bool overwrite)
{
    struct late_request request = {.order = ORDER_CREATE, .mode = mode, .flag = overwrite};
    bool created;

    return is_started(late) ? ask_for_descriptor(late, &request, path)
                            : output_file_open(path, mode, overwrite, &created);
}

static int ask(struct late_files *late, enum late_order order, const char *path)
{
    struct late_request request = {.order = order};
    uint32_t ticket;
    int fd, error = take_path(&request, path);

    return error ? error : late_request_ask(late, &request, &ticket, &fd);
}

int late_files_remove(struct late_files *late, const char *path)
{
    if (is_started(late))
        return ask(late, ORDER_REMOVE, path);
    return unlink(path) ? -errno : 0;
}

int late_files_settle(struct late_files *late, const char *path)
{
    return is_started(late) ? ask(late, ORDER_SETTLE, path) : part_file_settle(path);
}

void late_files_destroy(struct late_files *late)
{
    if (!late)
        return;
    if (late->socket >= 0)
        close(late->socket);
    while (late->keeper > 0 && waitpid(late->keeper, NULL, 0) < 0 && errno == EINTR)
        continue;
    for (size_t i = 0; i < late->count; i++) {
        free(late->names[i].path);
        free(late->names[i].after);
    }
    free(late->names);
    pthread_mutex_destroy(&late->lock);
    free(late);
}
