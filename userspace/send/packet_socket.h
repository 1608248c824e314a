// SPDX-License-Identifier: GPL-2.0-or-later
/* An AF_PACKET socket that only sends, past the queueing discipline: what `ring` and `sendmmsg` stand on. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/*
 * packet_socket_open() binds a socket to the device; `frames` may be in flight before its send buffer is
 * full. Returns the descriptor or a negative errno (-EPERM without CAP_NET_RAW).
 */
int packet_socket_open(unsigned interface_index, uint32_t frames);

/* packet_socket_link_down() says whether the device is up and has no carrier: sending does not say, it
 * refuses frames in the same way as for want of room. `fd` is one of AF_PACKET or AF_INET in the device's
 * namespace. */
bool packet_socket_link_down(int fd, unsigned interface_index);

/* packet_socket_mtu() is the device's MTU, for the same descriptors; UINT_MAX where it cannot be told. */
unsigned packet_socket_mtu(int fd, unsigned interface_index);
