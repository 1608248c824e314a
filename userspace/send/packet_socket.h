// SPDX-License-Identifier: GPL-2.0-or-later
/* An AF_PACKET socket that only sends, past the queueing discipline: the base of `ring` and `sendmmsg`. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/*
 * packet_socket_open() binds a socket to the device; `frames` frames may be in flight before its send buffer
 * is full. Returns the descriptor or a negative errno (-EPERM without CAP_NET_RAW).
 */
int packet_socket_open(unsigned interface_index, uint32_t frames);

/* packet_socket_link_down() returns whether the device is up but has no carrier. Sending does not show that:
 * it returns the same error as when there is no room. `fd` is a socket of AF_PACKET or AF_INET in the
 * namespace of the device. */
bool packet_socket_link_down(int fd, unsigned interface_index);

/* packet_socket_mtu() returns the MTU of the device, or UINT_MAX if it is unknown. `fd` is as above. */
unsigned packet_socket_mtu(int fd, unsigned interface_index);
