// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/neighbour.h"

#include <errno.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

#include "base/clock.h"
#include "base/stop_signal.h"
#include "host/netlink.h"

enum {
    ETHERNET_ADDRESS_SIZE = 6,
    /* The states in which the kernel itself sends to the stored address. */
    NEIGHBOUR_USABLE = NUD_REACHABLE | NUD_STALE | NUD_DELAY | NUD_PROBE | NUD_PERMANENT | NUD_NOARP,
};

/* Most neighbours answer within a millisecond: the first reading after the question finds them. Later
 * readings become rarer, but still find a slow answer soon. */
#define FIRST_PAUSE_NS   (10 * NS_PER_MS)
#define LONGEST_PAUSE_NS (200 * NS_PER_MS)

/* The kernel sends three requests, a second apart, before it gives up; asking more often changes nothing. */
#define ASK_AGAIN_NS NS_PER_S

const char *neighbour_protocol(struct address address)
{
    return address_is_ipv4(address) ? "ARP" : "neighbour discovery";
}

/* Begins a request about one neighbour. */
static struct ndmsg *neighbour_request(struct netlink_request *request, uint16_t type, uint16_t flags,
                                       unsigned interface_index, struct address address)
{
    struct ndmsg *neighbour = netlink_request_init(request, type, flags, sizeof(*neighbour));

    neighbour->ndm_family = (uint8_t)netlink_family(address);
    neighbour->ndm_ifindex = (int)interface_index;
    netlink_put_address(&request->header, NDA_DST, address);
    return neighbour;
}

int neighbour_add(unsigned interface_index, struct address address, const uint8_t mac[6])
{
    struct netlink_request request;
    struct ndmsg *neighbour =
        neighbour_request(&request, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE, interface_index, address);

    neighbour->ndm_state = NUD_PERMANENT;
    mnl_attr_put(&request.header, NDA_LLADDR, ETHERNET_ADDRESS_SIZE, mac);
    return netlink_change(&request);
}

static int read_neighbour(const struct nlmsghdr *message, void *mac)
{
    const struct ndmsg *neighbour = mnl_nlmsg_get_payload(message);
    bool known = neighbour->ndm_state & NEIGHBOUR_USABLE &&
                 netlink_read(message, sizeof(*neighbour), NDA_LLADDR, mac, ETHERNET_ADDRESS_SIZE);

    return known ? 0 : -ENOENT;
}

int neighbour_known(struct netlink_kept *kept, unsigned interface_index, struct address address,
                    uint8_t mac[6])
{
    struct netlink_request request;

    neighbour_request(&request, RTM_GETNEIGH, 0, interface_index, address);
    request.kept = kept;
    return netlink_query(&request, read_neighbour, mac);
}

/* Makes the kernel send an ARP request or neighbour solicitation, as if a packet waited for the answer. */
int neighbour_ask(unsigned interface_index, struct address address)
{
    struct netlink_request request;
    struct ndmsg *neighbour =
        neighbour_request(&request, RTM_NEWNEIGH, NLM_F_CREATE, interface_index, address);

    neighbour->ndm_flags = NTF_USE;
    return netlink_change(&request);
}

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static int pause_for(uint64_t ns)
{
    struct timespec pause = {.tv_sec = (time_t)(ns / NS_PER_S), .tv_nsec = (long)(ns % NS_PER_S)};

    return nanosleep(&pause, NULL) ? -errno : 0;
}

int neighbour_resolve(unsigned interface_index, struct address address, unsigned timeout_ms, uint8_t mac[6])
{
    uint64_t now = clock_now_ns(), deadline = now + timeout_ms * NS_PER_MS, next_ask = now;
    uint64_t pause_ns = FIRST_PAUSE_NS;

    for (;;) {
        int error = neighbour_known(NULL, interface_index, address, mac);

        if (error != -ENOENT)
            return error;
        now = clock_now_ns();
        if (now >= deadline)
            return -EHOSTUNREACH;
        if (stop_signal_pending())
            return -EINTR;
        if (now >= next_ask) {
            error = neighbour_ask(interface_index, address);
            if (error)
                return error;
            next_ask = now + ASK_AGAIN_NS;
        }
        error = pause_for(smaller(pause_ns, deadline - now));
        if (error)
            return error;
        pause_ns = smaller(2 * pause_ns, LONGEST_PAUSE_NS);
    }
}
