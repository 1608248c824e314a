// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/messages.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"

enum {
    COPIED_AT_ONCE = 4096,
};

int messages_open(struct messages *messages)
{
    *messages = (struct messages){.fd = memfd_create("messages", MFD_CLOEXEC)};
    /* Each line is written at the end, whichever thread writes it. */
    return messages->fd >= 0 && fcntl(messages->fd, F_SETFL, O_APPEND) == 0 ? 0 : -errno;
}

void messages_close(struct messages *messages)
{
    messages_release(messages);
    if (messages->fd >= 0)
        close(messages->fd);
    messages->fd = -1;
}

void messages_hold(struct messages *messages)
{
    if (messages->fd < 0)
        return;
    messages->held = true;
    log_send_to(messages->fd);
}

static void say(const struct messages *messages)
{
    char text[COPIED_AT_ONCE];
    ssize_t length;

    for (off_t from = 0; (length = pread(messages->fd, text, sizeof(text), from)) > 0; from += length)
        if (write(STDERR_FILENO, text, (size_t)length) < 0)
            return;
}

void messages_release(struct messages *messages)
{
    if (!messages->held)
        return;
    messages->held = false;
    log_send_to(STDERR_FILENO);
    if (messages->cut)
        log_info("earlier messages are left out: there were too many");
    say(messages);
}

static void keep_bound(struct messages *messages, off_t length)
{
    if (length > MESSAGES_KEPT && ftruncate(messages->fd, 0) == 0)
        messages->cut = true;
}

void messages_last(struct messages *messages, char *text, size_t size)
{
    struct stat status;

    text[0] = '\0';
    if (!messages->held || fstat(messages->fd, &status))
        return;
    off_t from = status.st_size >= (off_t)size ? status.st_size - (off_t)size + 1 : 0;
    ssize_t length = pread(messages->fd, text, size - 1, from);
    text[length > 0 ? length : 0] = '\0';
    char *end = from ? strchr(text, '\n') : NULL;
    if (end)
        memmove(text, end + 1, strlen(end + 1) + 1);
    keep_bound(messages, status.st_size);
}
