// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/netlink.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

enum {
    /* Requests per system call. All their answers must fit the receive buffer, by default 208 KB; each answer
     * takes 1 to 4 KB with its bookkeeping. */
    BATCH = 32,
    REQUEST_LONGEST = 128, /* the largest request used here, for a route, takes 76 bytes */
    ANSWER_SIZE = 8192,
};

struct many {
    struct mnl_socket *socket;
    void (*ask)(void *context, size_t i, struct netlink_request *request);
    void (*answered)(void *context, size_t i, const struct nlmsghdr *message, int error);
    void *context;
};

static int ask_batch(const struct many *many, size_t first, size_t count)
{
    _Alignas(struct nlmsghdr) uint8_t bytes[BATCH * REQUEST_LONGEST];
    size_t length = 0;

    for (size_t i = first; i < first + count; i++) {
        struct netlink_request request;

        many->ask(many->context, i, &request);
        if (request.header.nlmsg_len > REQUEST_LONGEST)
            return -EMSGSIZE;
        request.header.nlmsg_seq = (uint32_t)i;
        memcpy(bytes + length, request.bytes, request.header.nlmsg_len);
        length += NLMSG_ALIGN(request.header.nlmsg_len);
    }
    return mnl_socket_sendto(many->socket, bytes, length) < 0 ? -errno : 0;
}

static void hand_on(const struct many *many, size_t i, const struct nlmsghdr *message)
{
    const struct nlmsgerr *refusal = mnl_nlmsg_get_payload(message);

    if (message->nlmsg_type == NLMSG_ERROR)
        many->answered(many->context, i, NULL, refusal->error);
    else
        many->answered(many->context, i, message, 0);
}

/* The kernel answers in order, each request once: with its object, or with an error. */
static int read_batch(const struct many *many, size_t first, size_t count)
{
    _Alignas(struct nlmsghdr) uint8_t answer[ANSWER_SIZE];

    for (size_t i = first; i < first + count;) {
        const struct nlmsghdr *message = (const struct nlmsghdr *)(const void *)answer;
        ssize_t received = mnl_socket_recvfrom(many->socket, answer, sizeof(answer));
        int length = (int)received;

        if (received < 0 && errno == EINTR)
            continue;
        if (received < 0)
            return errno == EAGAIN ? -ETIMEDOUT : -errno;
        for (; i < first + count && mnl_nlmsg_ok(message, length); message = mnl_nlmsg_next(message, &length))
            if (message->nlmsg_seq == (uint32_t)i)
                hand_on(many, i++, message);
    }
    return 0;
}

int netlink_query_many(size_t count, void (*ask)(void *context, size_t i, struct netlink_request *request),
                       void (*answered)(void *context, size_t i, const struct nlmsghdr *message, int error),
                       void *context)
{
    const struct many many = {netlink_open(NETLINK_ROUTE), ask, answered, context};
    int error = 0;

    if (!many.socket)
        return -errno;
    for (size_t first = 0; !error && first < count; first += BATCH) {
        size_t batch = count - first < BATCH ? count - first : BATCH;

        error = ask_batch(&many, first, batch);
        if (!error)
            error = read_batch(&many, first, batch);
    }
    mnl_socket_close(many.socket);
    return error;
}
