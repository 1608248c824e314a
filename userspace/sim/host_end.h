// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The host's end of the uplink: addresses, neighbours and routes of both families. Neighbours are permanent: a
 * flood of probes must not wait for ARP or neighbour discovery, nor fail with them.
 */
#pragma once

#include <errno.h>
#include <stdint.h>

/* allow_no_ipv6() makes 0 of what a kernel without IPv6 says to whoever asks for it. */
static inline int allow_no_ipv6(int error)
{
    return error == -EAFNOSUPPORT || error == -EOPNOTSUPP || error == -ENOENT ? 0 : error;
}

/* host_end_prepare() makes IPv6 in the calling thread's new namespace say nothing of itself but which groups it
 * is in: no search for routers, no question whether an address is taken. host_end_silence() switches it off there. Where
 * the kernel refuses that, all works nevertheless. */
void host_end_prepare(void);
void host_end_silence(void);

/* host_end_address() gives the device of the host, which is up, its addresses. 0 or a negative errno. */
int host_end_address(unsigned index);

/* host_end_know() tells the kernel the Ethernet address of the gateway, host_end_connect() the ways that lead by
 * it as well; both in the thread's namespace, again after the device was down. 0 or a negative errno. */
int host_end_know(unsigned index, const uint8_t gateway_mac[6]);
int host_end_connect(unsigned index, const uint8_t gateway_mac[6]);
