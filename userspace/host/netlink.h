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
 * Each exchange, or series of them, has a socket of its own, opened in the calling thread's namespace at that
 * moment: nothing is shared between threads, and no answer to a request given up earlier can be taken for
 * that to the present one. Who can open none any more keeps one for all exchanges; they are numbered then.
 */
#pragma once

#include <libmnl/libmnl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"

/* A socket that is kept, for one thread at a time. */
struct netlink_kept;

/* A request: netlink header, family header (struct ifinfomsg, …), attributes. The largest made here, for a
 * veth pair, takes some 200 bytes; what callers put in has a bounded length. */
struct netlink_request {
    int bus; /* NETLINK_ROUTE, unless it is changed after netlink_request_init() */
    size_t family_size;
    struct netlink_kept
        *kept; /* by which it goes; NULL, as after netlink_request_init(): by one of its own */
    union {
        struct nlmsghdr header;
        uint8_t bytes[512];
    };
};

/* A netlink_handler reads one answer, whose family header is known to be complete. Returns 0 or a negative
 * errno, which ends the exchange. */
typedef int netlink_handler(const struct nlmsghdr *message, void *context);

/* netlink_request_init() begins a request of `type` (RTM_…) with `flags` beside NLM_F_REQUEST, and returns
 * its family header of `family_size` bytes, zeroed, which points into `request`. */
void *netlink_request_init(struct netlink_request *request, uint16_t type, uint16_t flags,
                           size_t family_size);

/* netlink_change() has the kernel do what the request says; 0 or a negative errno: the kernel's, or
 * -ETIMEDOUT. */
int netlink_change(struct netlink_request *request);

/* netlink_query() asks for one object and hands it to `handler`. 0, the kernel's or the handler's negative
 * errno, or -ETIMEDOUT. */
int netlink_query(struct netlink_request *request, netlink_handler *handler, void *context);

/* netlink_dump() hands every object of the asked kind to `handler`; begins anew when the kernel says that
 * they changed meanwhile, so that the handler may see one twice. Errors as netlink_query(), -EINTR where they
 * never stop changing. */
int netlink_dump(struct netlink_request *request, netlink_handler *handler, void *context);

/*
 * netlink_query_many() asks for `count` objects on one socket, many at a time: ask() begins the i-th request,
 * answered() gets its object, or NULL and the kernel's negative errno. 0; -ETIMEDOUT or another negative
 * errno where answers failed to come, of which some may have been handed on.
 */
int netlink_query_many(size_t count, void (*ask)(void *context, size_t i, struct netlink_request *request),
                       void (*answered)(void *context, size_t i, const struct nlmsghdr *message, int error),
                       void *context);

/* netlink_open() makes a socket with the time-out of all exchanges; NULL with errno set. For the files of
 * this directory that do more than one exchange on it. */
struct mnl_socket *netlink_open(int bus);

/* netlink_keep() opens a socket in the thread's namespace, for exchanges there; NULL with errno set.
 * netlink_keep_no_more() closes it; NULL is allowed. */
struct netlink_kept *netlink_keep(void);
void netlink_keep_no_more(struct netlink_kept *kept);

/* netlink_attribute() finds the attribute `type` behind a family header of `family_size` bytes, or NULL. */
const struct nlattr *netlink_attribute(const struct nlmsghdr *message, size_t family_size, uint16_t type);

/* netlink_nested() finds one inside of another, or NULL. */
const struct nlattr *netlink_nested(const struct nlattr *outer, uint16_t type);

/* netlink_read() copies the first `size` bytes of that attribute; false, with `out` untouched, where it is
 * missing or shorter. */
bool netlink_read(const struct nlmsghdr *message, size_t family_size, uint16_t type, void *out, size_t size);

/* netlink_family() is the family of an address as the kernel numbers it, AF_…. */
int netlink_family(struct address address);

/* netlink_put_address() adds an attribute of 4 or 16 bytes, by the address's family; netlink_read_address()
 * reads one, none where it is missing. */
void netlink_put_address(struct nlmsghdr *header, uint16_t type, struct address address);
struct address netlink_read_address(const struct nlmsghdr *message, size_t family_size, uint16_t type);
