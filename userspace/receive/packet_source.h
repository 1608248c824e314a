// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Receives replies by an AF_PACKET socket, for users who have only CAP_NET_RAW: packets of one family from
 * their IP header on, from any kind of device, with the kernel's arrival time. A filter in the kernel leaves
 * out packets that cannot be replies. The kernel keeps its packets: the socket gets copies.
 */
#pragma once

#include "address.h"
#include "receive/source.h"

/* packet_source_socket() returns a socket that receives nothing yet, or a negative errno (-EPERM without
 * CAP_NET_RAW). Nothing else here needs a privilege. */
int packet_source_socket(void);

/* packet_source_open() receives packets of `family` through such a socket, which the caller still owns, from
 * all devices of its namespace or from one only. Returns 0 or a negative errno. */
int packet_source_open(struct source **out, int fd, enum address_family family, unsigned interface_index);

/* packet_source_reassemble() makes the kernel reassemble fragments before it passes a packet on, as it does
 * for programs without packet sockets. Otherwise, or if the kernel cannot do that (as for IPv6), the first
 * fragment is received. Call it once. */
void packet_source_reassemble(struct source *source);

/* packet_source_fd() returns a descriptor that is readable when packets have come. */
int packet_source_fd(const struct source *source);
