// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/list_writing.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/stop_signal.h"

enum {
    PORTION = 1 << 16, /* prefixes that are written between two checks of the caller, some milliseconds */
    TICK_MS = 50,      /* how soon a signal is noticed */
};

struct outcome {
    int error;
    char sha256[SHA256_TEXT_SIZE];
};

/* Whether the process that asked for the list has ended, or does not want it any more. */
static bool is_unwanted(int socket)
{
    char byte;

    return recv(socket, &byte, sizeof(byte), MSG_DONTWAIT) == 0;
}

static int write_portions(struct list_text *text, const struct prefix_list *list, int socket)
{
    for (size_t i = 0; i < list->count; i += PORTION) {
        size_t left = list->count - i;

        if (is_unwanted(socket))
            return -ECANCELED;
        list_text_put(text, list->prefixes + i, left < PORTION ? left : PORTION);
    }
    return 0;
}

static int write_all(const struct list_writing *self, const struct prefix_list *list, int socket,
                     char sha256[SHA256_TEXT_SIZE])
{
    struct list_text text;
    FILE *out = replacement_stream(&self->file);

    if (!out)
        return -errno;
    list_text_begin(&text, out);
    int error = write_portions(&text, list, socket);
    int ended = list_text_end(&text, sha256);

    fclose(out);
    if (error || ended)
        return error ? error : ended;
    return fdatasync(self->file.fd) ? -errno : 0;
}

/* The child; never returns. The caller confirms that it takes over the file; otherwise the file is
 * removed. */
_Noreturn static void write_as_child(struct list_writing *self, const struct prefix_list *list, int socket)
{
    struct outcome outcome = {0};
    sigset_t all;
    char word;

    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    prctl(PR_SET_NAME, "list");
    outcome.error = write_all(self, list, socket, outcome.sha256);
    if (send(socket, &outcome, sizeof(outcome), MSG_NOSIGNAL) != sizeof(outcome) ||
        recv(socket, &word, sizeof(word), 0) != sizeof(word))
        replacement_discard(&self->file);
    _exit(0);
}

static int start(struct list_writing *self, const struct prefix_list *list)
{
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
        return -errno;
    fflush(NULL); /* else both would print the buffered output */
    self->process = fork();
    if (self->process == 0) {
        close(ends[0]);
        write_as_child(self, list, ends[1]);
    }
    int error = self->process < 0 ? -errno : 0;

    close(ends[1]);
    self->socket = ends[0];
    if (error) {
        self->process = 0;
        close(self->socket);
    }
    return error;
}

int list_writing_begin(struct list_writing *self, const char *metadata, const char *name,
                       const struct prefix_list *list)
{
    *self = (struct list_writing){.file = {.fd = -1, .directory = -1}};
    int error = metadata_list_open(&self->file, NULL, metadata, name, list, &self->reference);

    if (error || self->file.fd < 0)
        return error;
    error = start(self, list);
    if (error)
        replacement_discard(&self->file);
    return error;
}

/* Signals are handled and reported by the caller. */
static int wait_for_outcome(const struct list_writing *self, struct outcome *outcome)
{
    struct pollfd poll_fd = {.fd = self->socket, .events = POLLIN};

    while (poll(&poll_fd, 1, TICK_MS) <= 0)
        if (stop_signal_pending())
            return -EINTR;
    return recv(self->socket, outcome, sizeof(*outcome), 0) == sizeof(*outcome) ? outcome->error : -EPIPE;
}

static void forget(struct list_writing *self)
{
    close(self->socket);
    while (waitpid(self->process, NULL, 0) < 0 && errno == EINTR)
        continue;
    *self = (struct list_writing){.file = {.fd = -1, .directory = -1}};
}

int list_writing_end(struct list_writing *self, struct replacement *file, struct list_reference *reference)
{
    static const char taken_over = 1;
    struct outcome outcome;

    *file = (struct replacement){.fd = -1, .directory = -1};
    *reference = self->reference;
    if (!self->process)
        return 0;
    int error = wait_for_outcome(self, &outcome);

    if (!error && send(self->socket, &taken_over, sizeof(taken_over), MSG_NOSIGNAL) < 0)
        error = -errno;
    if (error)
        return error;
    *file = self->file;
    memcpy(reference->sha256, outcome.sha256, sizeof(reference->sha256));
    forget(self);
    return 0;
}

void list_writing_abandon(struct list_writing *self)
{
    if (!self->process)
        return;
    replacement_discard(&self->file);
    forget(self);
}
