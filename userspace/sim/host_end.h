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

/* host_end_prepare() keeps IPv6 in the calling thread's new namespace from sending packets by itself, except
 * group reports: no router solicitation and no duplicate address detection. host_end_silence() switches IPv6
 * off there. If the kernel refuses, everything still works. */
void host_end_prepare(void);
void host_end_silence(void);

/* host_end_address() gives the host's device, which must be up, its addresses. Returns 0 or a negative
 * errno. */
int host_end_address(unsigned index);

/* host_end_know() sets the Ethernet address of the gateway; host_end_connect() also sets the routes through
 * it. Both work in the thread's namespace, and must be called again after the device was down. Return 0 or a
 * negative errno. */
int host_end_know(unsigned index, const uint8_t gateway_mac[6]);
int host_end_connect(unsigned index, const uint8_t gateway_mac[6]);
