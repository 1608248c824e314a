// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/xdp_features.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <stdbool.h>
#include <string.h>
#include <sys/time.h>

/* From linux/netdev.h: numbers of the kernel's interface, which do not change. */
enum {
    NETDEV_GET_DEVICE = 1,
    NETDEV_DEVICE_INDEX = 1,
    NETDEV_DEVICE_XDP_FEATURES = 3,
};

union message {
    struct nlmsghdr header;
    uint8_t bytes[4096];
};

struct answer {
    uint16_t attribute; /* the attribute to look for */
    uint64_t value;
    bool found;
};

static int read_attribute(const struct nlattr *attribute, void *context)
{
    struct answer *answer = context;
    size_t length = mnl_attr_get_payload_len(attribute);

    if (mnl_attr_get_type(attribute) == answer->attribute && length <= sizeof(answer->value)) {
        answer->value = 0;
        /* Unsigned numbers of 16 or 64 bits, in the machine's byte order. */
        memcpy(&answer->value, mnl_attr_get_payload(attribute), length);
        if (length == sizeof(uint16_t))
            answer->value = mnl_attr_get_u16(attribute);
        answer->found = true;
    }
    return MNL_CB_OK;
}

static int read_message(const struct nlmsghdr *header, void *context)
{
    return mnl_attr_parse(header, sizeof(struct genlmsghdr), read_attribute, context);
}

static struct nlmsghdr *begin(union message *message, uint16_t family, uint8_t command)
{
    struct nlmsghdr *header = mnl_nlmsg_put_header(message->bytes);
    struct genlmsghdr *generic = mnl_nlmsg_put_extra_header(header, sizeof(*generic));

    header->nlmsg_type = family;
    header->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
    header->nlmsg_seq = 1;
    *generic = (struct genlmsghdr){.cmd = command, .version = 1};
    return header;
}

/* One request, its answer and its acknowledgement. */
static int exchange(struct mnl_socket *socket, union message *message, struct answer *answer)
{
    int result = 1;

    if (mnl_socket_sendto(socket, &message->header, message->header.nlmsg_len) < 0)
        return -errno;
    while (result > MNL_CB_STOP) {
        ssize_t length = mnl_socket_recvfrom(socket, message->bytes, sizeof(message->bytes));

        if (length < 0)
            return -errno;
        result = mnl_cb_run(message->bytes, (size_t)length, 1, mnl_socket_get_portid(socket), read_message,
                            answer);
    }
    if (result < 0)
        return -errno;
    return answer->found ? 0 : -EOPNOTSUPP;
}

static int query(struct mnl_socket *socket, unsigned interface_index, uint64_t *features)
{
    union message message;
    struct answer family = {.attribute = CTRL_ATTR_FAMILY_ID};
    struct answer device = {.attribute = NETDEV_DEVICE_XDP_FEATURES};

    mnl_attr_put_strz(begin(&message, GENL_ID_CTRL, CTRL_CMD_GETFAMILY), CTRL_ATTR_FAMILY_NAME, "netdev");
    int error = exchange(socket, &message, &family);
    if (error)
        return error == -ENOENT ? -EOPNOTSUPP : error;
    mnl_attr_put_u32(begin(&message, (uint16_t)family.value, NETDEV_GET_DEVICE), NETDEV_DEVICE_INDEX,
                     interface_index);
    error = exchange(socket, &message, &device);
    *features = device.value;
    return error;
}

int xdp_features_read(unsigned interface_index, uint64_t *features)
{
    const struct timeval patience = {.tv_sec = 2}; /* the kernel answers at once; this only prevents
                                                      hanging */
    struct mnl_socket *socket = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC);
    int error;

    if (!socket)
        return -errno;
    setsockopt(mnl_socket_get_fd(socket), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    error =
        mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) ? -errno : query(socket, interface_index, features);
    mnl_socket_close(socket);
    return error;
}
