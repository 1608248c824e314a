// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The host's end of the uplink: addresses, neighbours and routes of both families. Neighbours are permanent,
 * because a flood of probes must neither wait for ARP or neighbour discovery nor fail with them.
 */
#pragma once

#include <errno.h>
#include <stdint.h>

/* allow_no_ipv6() turns the errors of a kernel without IPv6 into 0. */
static inline int allow_no_ipv6(int error)
{
    return error == -EAFNOSUPPORT || error == -EOPNOTSUPP || error == -ENOENT ? 0 : error;
}

/* host_end_prepare() keeps IPv6 in the calling thread's new namespace from sending packets by itself: no router
 * solicitation, no duplicate address detection, no repeated group report. host_end_silence() switches IPv6 off
 * there. If the kernel refuses, everything still works. */
void host_end_prepare(void);
void host_end_silence(void);

/* host_end_set_up() brings the host's device up with its addresses, and sends nothing for them, also later. The
 * gateway's device must be down. Returns 0 or a negative errno. */
int host_end_set_up(unsigned index);

/* host_end_know() sets the Ethernet address of the gateway; host_end_connect() also sets the routes through
 * it. Both work in the thread's namespace, and must be called again after the device was down. Return 0 or a
 * negative errno. */
int host_end_know(unsigned index, const uint8_t gateway_mac[6]);
int host_end_connect(unsigned index, const uint8_t gateway_mac[6]);
