// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/netlink.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

enum {
    /* The kernel answers before send() returns; the time-out only prevents hanging in an unexpected case. */
    ANSWER_TIMEOUT_S = 2,
    /* Dumps fill the space that the receiver offers; a link with all its attributes takes about 2 KiB. */
    ANSWER_SIZE = 32768,
    /* A table that changed during each of several dumps (by a routing daemon) will change during the next
     * one, too. */
    DUMP_ATTEMPTS = 8,
    /* Any number is correct if a socket carries one exchange. */
    SEQUENCE = 1,
    IPV4_BYTES = 4,
};

struct netlink_kept {
    struct mnl_socket *socket;
    uint32_t sequence; /* of the last exchange */
};

struct exchange {
    size_t family_size;
    uint32_t sequence;
    netlink_handler *handler;
    void *context;
};

void *netlink_request_init(struct netlink_request *request, uint16_t type, uint16_t flags, size_t family_size)
{
    struct nlmsghdr *header;

    /* libmnl does not clear the padding behind attributes. */
    memset(request, 0, sizeof(*request));
    header = mnl_nlmsg_put_header(request->bytes);
    header->nlmsg_type = type;
    header->nlmsg_flags = NLM_F_REQUEST | flags;
    header->nlmsg_seq = SEQUENCE;
    request->family_size = family_size;
    return mnl_nlmsg_put_extra_header(header, family_size);
}

static int handle_answer(const struct nlmsghdr *message, void *context)
{
    const struct exchange *exchange = context;
    int error = mnl_nlmsg_get_payload_len(message) < exchange->family_size
                    ? -EPROTO
                    : exchange->handler(message, exchange->context);

    errno = -error;
    return error ? MNL_CB_ERROR : MNL_CB_OK;
}

static ssize_t receive_answer(struct mnl_socket *socket, uint8_t *answer, size_t size)
{
    ssize_t length;

    do
        length = mnl_socket_recvfrom(socket, answer, size);
    while (length < 0 && errno == EINTR);
    if (length < 0)
        return errno == EAGAIN ? -ETIMEDOUT : -errno;
    return length;
}

/* On a kept socket: an answer to an abandoned request. */
static bool answers_another(const uint8_t *answer, size_t length, const struct exchange *exchange)
{
    const struct nlmsghdr *header = (const void *)answer;

    return length >= sizeof(*header) && header->nlmsg_seq != exchange->sequence;
}

static int read_answers(struct mnl_socket *socket, struct exchange *exchange)
{
    _Alignas(struct nlmsghdr) uint8_t answer[ANSWER_SIZE];
    unsigned port = mnl_socket_get_portid(socket);
    int status;

    do {
        ssize_t length = receive_answer(socket, answer, sizeof(answer));

        if (length < 0)
            return (int)length;
        status = answers_another(answer, (size_t)length, exchange)
                     ? MNL_CB_OK
                     : mnl_cb_run(answer, (size_t)length, exchange->sequence, port,
                                  exchange->handler ? handle_answer : NULL, exchange);
    } while (status == MNL_CB_OK);
    return status == MNL_CB_ERROR ? -errno : 0;
}

struct mnl_socket *netlink_open(int bus)
{
    struct timeval timeout = {.tv_sec = ANSWER_TIMEOUT_S};
    struct mnl_socket *socket = mnl_socket_open2(bus, SOCK_CLOEXEC);
    int error;

    if (!socket)
        return NULL;
    if (!setsockopt(mnl_socket_get_fd(socket), SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout)) &&
        !mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID))
        return socket;
    error = errno;
    mnl_socket_close(socket);
    errno = error;
    return NULL;
}

struct netlink_kept *netlink_keep(void)
{
    struct netlink_kept *kept = calloc(1, sizeof(*kept));

    if (!kept)
        return NULL;
    kept->sequence = SEQUENCE;
    kept->socket = netlink_open(NETLINK_ROUTE);
    if (kept->socket)
        return kept;
    int error = errno;
    free(kept);
    errno = error;
    return NULL;
}

void netlink_keep_no_more(struct netlink_kept *kept)
{
    if (kept)
        mnl_socket_close(kept->socket);
    free(kept);
}

static int exchange_on(struct mnl_socket *socket, const struct netlink_request *request,
                       struct exchange *exchange)
{
    return mnl_socket_sendto(socket, &request->header, request->header.nlmsg_len) < 0
               ? -errno
               : read_answers(socket, exchange);
}

static int run(struct netlink_request *request, netlink_handler *handler, void *context)
{
    struct exchange exchange = {request->family_size, SEQUENCE, handler, context};
    struct netlink_kept *kept = request->kept;
    struct mnl_socket *socket = kept ? kept->socket : netlink_open(request->bus);

    if (!socket)
        return -errno;
    if (kept)
        request->header.nlmsg_seq = exchange.sequence = ++kept->sequence;
    int error = exchange_on(socket, request, &exchange);
    if (!kept)
        mnl_socket_close(socket);
    return error;
}

int netlink_change(struct netlink_request *request)
{
    return netlink_query(request, NULL, NULL);
}

int netlink_query(struct netlink_request *request, netlink_handler *handler, void *context)
{
    request->header.nlmsg_flags |= NLM_F_ACK;
    return run(request, handler, context);
}

int netlink_dump(struct netlink_request *request, netlink_handler *handler, void *context)
{
    int error = -EINTR;

    request->header.nlmsg_flags |= NLM_F_DUMP;
    for (int i = 0; i < DUMP_ATTEMPTS && error == -EINTR; i++)
        error = run(request, handler, context);
    return error;
}

const struct nlattr *netlink_attribute(const struct nlmsghdr *message, size_t family_size, uint16_t type)
{
    const char *end = mnl_nlmsg_get_payload_tail(message);
    const struct nlattr *attribute = mnl_nlmsg_get_payload_offset(message, family_size);

    /* Not mnl_attr_for_each(), which casts const away and so does not compile with clang here. */
    for (; mnl_attr_ok(attribute, (int)(end - (const char *)attribute));
         attribute = mnl_attr_next(attribute)) {
        if (mnl_attr_get_type(attribute) == type)
            return attribute;
    }
    return NULL;
}

const struct nlattr *netlink_nested(const struct nlattr *outer, uint16_t type)
{
    const char *end = (const char *)outer + outer->nla_len;
    const struct nlattr *inner = mnl_attr_get_payload(outer);

    for (; mnl_attr_ok(inner, (int)(end - (const char *)inner)); inner = mnl_attr_next(inner))
        if (mnl_attr_get_type(inner) == type)
            return inner;
    return NULL;
}

bool netlink_read(const struct nlmsghdr *message, size_t family_size, uint16_t type, void *out, size_t size)
{
    const struct nlattr *attribute = netlink_attribute(message, family_size, type);

    if (!attribute || mnl_attr_get_payload_len(attribute) < size)
        return false;
    memcpy(out, mnl_attr_get_payload(attribute), size);
    return true;
}

int netlink_family(struct address address)
{
    return address_is_ipv4(address) ? AF_INET : AF_INET6;
}

void netlink_put_address(struct nlmsghdr *header, uint16_t type, struct address address)
{
    uint8_t bytes[ADDRESS_BYTES];

    address_store(bytes, address);
    if (address_is_ipv4(address))
        mnl_attr_put(header, type, IPV4_BYTES, bytes + ADDRESS_BYTES - IPV4_BYTES);
    else
        mnl_attr_put(header, type, ADDRESS_BYTES, bytes);
}

struct address netlink_read_address(const struct nlmsghdr *message, size_t family_size, uint16_t type)
{
    uint8_t bytes[ADDRESS_BYTES];

    if (netlink_read(message, family_size, type, bytes, ADDRESS_BYTES))
        return address_load(bytes);
    if (netlink_read(message, family_size, type, bytes, IPV4_BYTES))
        return address_of_ipv4(load_be32(bytes));
    return ADDRESS_NONE;
}
