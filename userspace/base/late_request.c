// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/late_request.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A descriptor is sent as ancillary data of a message (unix(7), SCM_RIGHTS). */
union ancillary {
    struct cmsghdr header;
    char room[CMSG_SPACE(sizeof(int))];
};

static int take_descriptor(struct msghdr *message)
{
    const struct cmsghdr *header = CMSG_FIRSTHDR(message);
    int fd = -1;

    if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS)
        memcpy(&fd, CMSG_DATA(header), sizeof(fd));
    return fd;
}

enum {
    SHORTAGES = 8, /* times in a row that the kernel may be short of memory while a reply is received */
};

static bool is_shortage(int error)
{
    return error == ENOBUFS || error == ENOMEM;
}

static int take_reply(struct late_files *late, struct late_reply *reply, int *fd)
{
    union ancillary beside = {0};
    struct iovec bytes = {reply, sizeof(*reply)};
    struct msghdr message = {
        .msg_iov = &bytes, .msg_iovlen = 1, .msg_control = &beside, .msg_controllen = sizeof(beside)};
    unsigned shortages = 0;
    ssize_t length;

    do
        length = recvmsg(late->socket, &message, MSG_CMSG_CLOEXEC);
    while (length < 0 && (errno == EINTR || (is_shortage(errno) && ++shortages < SHORTAGES)));
    late->reply_lost = length < 0;
    *fd = length > 0 ? take_descriptor(&message) : -1;
    if (length > 0 && message.msg_flags & MSG_CTRUNC)
        return -EMFILE; /* this process had no descriptor left for it */
    if (length == sizeof(*reply))
        return reply->result;
    return length < 0 ? -errno : -EPIPE;
}

static int exchange(struct late_files *late, const struct late_request *request, struct late_reply *reply,
                    int *fd)
{
    ssize_t length;

    if (late->reply_lost)
        return -EPIPE;
    do
        length = send(late->socket, request, sizeof(*request), MSG_NOSIGNAL);
    while (length < 0 && errno == EINTR);
    return length < 0 ? -errno : take_reply(late, reply, fd);
}

int late_request_ask(struct late_files *late, const struct late_request *request, uint32_t *ticket, int *fd)
{
    struct late_reply reply = {0};

    *fd = -1;
    pthread_mutex_lock(&late->lock);
    int error = exchange(late, request, &reply, fd);
    pthread_mutex_unlock(&late->lock);
    *ticket = reply.ticket;
    return error;
}

int late_request_answer(int socket, const struct late_reply *reply, int fd)
{
    union ancillary beside = {0};
    struct late_reply copy = *reply;
    struct iovec bytes = {&copy, sizeof(copy)};
    struct msghdr message = {.msg_iov = &bytes, .msg_iovlen = 1};

    if (fd >= 0) {
        beside.header = (struct cmsghdr){
            .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof(fd))};
        message.msg_control = &beside;
        message.msg_controllen = sizeof(beside);
        memcpy(CMSG_DATA(&beside.header), &fd, sizeof(fd));
    }
    return sendmsg(socket, &message, MSG_NOSIGNAL) < 0 ? -errno : 0;
}
