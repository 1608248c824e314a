// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One netlink exchange at a time, for the files of this directory: build a request, send it, read every
 * answer.
 *
 *   struct netlink_request request;
 *   struct ifinfomsg *link = netlink_request_init(&request, RTM_GETLINK, 0, sizeof(*link));
 *   link->ifi_index = 1;
 *   mnl_attr_put_…(&request.header, …);
 *   error = netlink_query(&request, read_link, &result);
 *
 * Each exchange, or series of exchanges, has a socket of its own, opened in the calling thread's namespace at
 * that time. So threads share nothing, and an answer to an older, abandoned request is never taken for an
 * answer to the current one. A caller that will not be able to open sockets later keeps one for all its
 * exchanges; these are then numbered.
 */
#pragma once

#include <libmnl/libmnl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"

/* A socket that is kept open; used by one thread at a time. */
struct netlink_kept;

/* A request: netlink header, family header (struct ifinfomsg, …), attributes. The largest request here, for a
 * veth pair, takes about 200 bytes; everything that callers add has a bounded length. */
struct netlink_request {
    int bus; /* NETLINK_ROUTE, unless it is changed after netlink_request_init() */
    size_t family_size;
    struct netlink_kept *kept; /* the socket to use; NULL, as after netlink_request_init(): a new one */
    union {
        struct nlmsghdr header;
        uint8_t bytes[512];
    };
};

/* A netlink_handler reads one answer, whose family header is complete. Returns 0, or a negative errno, which
 * ends the exchange. */
typedef int netlink_handler(const struct nlmsghdr *message, void *context);

/* netlink_request_init() starts a request of `type` (RTM_…) with `flags` and NLM_F_REQUEST. Returns its
 * family header of `family_size` zeroed bytes, which is inside `request`. */
void *netlink_request_init(struct netlink_request *request, uint16_t type, uint16_t flags,
                           size_t family_size);

/* netlink_change() sends a request for a change. Returns 0 or a negative errno: the kernel's, or
 * -ETIMEDOUT. */
int netlink_change(struct netlink_request *request);

/* netlink_query() asks for one object and passes it to `handler`. Returns 0, the kernel's or the handler's
 * negative errno, or -ETIMEDOUT. */
int netlink_query(struct netlink_request *request, netlink_handler *handler, void *context);

/* netlink_dump() passes every object of the requested kind to `handler`. It starts again if the kernel
 * reports that the objects changed meanwhile, so the handler may get an object twice. Errors as
 * netlink_query(), and -EINTR if they never stop changing. */
int netlink_dump(struct netlink_request *request, netlink_handler *handler, void *context);

/*
 * netlink_query_many() asks for `count` objects on one socket, many at a time. ask() writes the i-th request;
 * answered() gets its object, or NULL and the kernel's negative errno. Returns 0; or -ETIMEDOUT or another
 * negative errno if answers are missing, after some may have been passed on.
 */
int netlink_query_many(size_t count, void (*ask)(void *context, size_t i, struct netlink_request *request),
                       void (*answered)(void *context, size_t i, const struct nlmsghdr *message, int error),
                       void *context);

/* netlink_open() opens a socket with the time-out of all exchanges. Returns NULL with errno set. For files of
 * this directory that make more than one exchange on a socket. */
struct mnl_socket *netlink_open(int bus);

/* netlink_keep() opens a socket in the thread's namespace, for later exchanges there. Returns NULL with errno
 * set. netlink_keep_no_more() closes it; NULL is allowed. */
struct netlink_kept *netlink_keep(void);
void netlink_keep_no_more(struct netlink_kept *kept);

/* netlink_attribute() returns the attribute `type` behind a family header of `family_size` bytes, or NULL. */
const struct nlattr *netlink_attribute(const struct nlmsghdr *message, size_t family_size, uint16_t type);

/* netlink_nested() returns an attribute inside another one, or NULL. */
const struct nlattr *netlink_nested(const struct nlattr *outer, uint16_t type);

/* netlink_read() copies the first `size` bytes of that attribute. Returns false, with `out` untouched, if the
 * attribute is missing or shorter. */
bool netlink_read(const struct nlmsghdr *message, size_t family_size, uint16_t type, void *out, size_t size);

/* netlink_family() returns the family of an address as the kernel's number, AF_…. */
int netlink_family(struct address address);

/* netlink_put_address() adds an attribute of 4 or 16 bytes, by the address's family. netlink_read_address()
 * reads one, or returns none if it is missing. */
void netlink_put_address(struct nlmsghdr *header, uint16_t type, struct address address);
struct address netlink_read_address(const struct nlmsghdr *message, size_t family_size, uint16_t type);
