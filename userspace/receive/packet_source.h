// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Replies by an AF_PACKET socket, for those who have CAP_NET_RAW alone: packets of one family from their IP
 * header on, whatever kind of device they came by, with the kernel's time of their arrival. A filter in the kernel
 * leaves everything out that cannot be a reply. No packet is taken from the kernel: it gets a copy.
 */
#pragma once

#include "address.h"
#include "receive/source.h"

/* packet_source_socket() is a socket that receives nothing yet, or a negative errno (-EPERM without
 * CAP_NET_RAW). It is all that needs a privilege. */
int packet_source_socket(void);

/* packet_source_open() receives by such a socket, which stays the caller's, what a family brings, from all
 * devices of its namespace or from one only. 0 or a negative errno. */
int packet_source_open(struct source **out, int fd, enum address_family family, unsigned interface_index);

/* packet_source_reassemble() has the kernel put fragments together before it gives a packet, as it does for
 * programs that have no packet socket: without this, or where the kernel does not know how, as of
 * IPv6, the first fragment is given. To be called once. */
void packet_source_reassemble(struct source *source);

/* packet_source_fd() is readable when there is something to receive. */
int packet_source_fd(const struct source *source);
