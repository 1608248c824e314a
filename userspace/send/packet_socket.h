// SPDX-License-Identifier: GPL-2.0-or-later
/* An AF_PACKET socket that only sends, past the queueing discipline: what `ring` and `sendmmsg` stand on. */
#pragma once

#include <stdint.h>

/*
 * packet_socket_open() binds a socket to the device; `frames` may be in flight before its send buffer is
 * full. Returns the descriptor or a negative errno (-EPERM without CAP_NET_RAW).
 */
int packet_socket_open(unsigned interface_index, uint32_t frames);
