// SPDX-License-Identifier: GPL-2.0-or-later
/* The far end of a veth pair, where frames are seen and sent independently of the hosts' network stacks. */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum {
    WIRE_FRAME_MAX = 2048,
};

/* wire_open() opens a packet socket for IPv4 frames on a device of the namespace `netns_fd`; the calling
 * thread stays where it is. */
int wire_open(int netns_fd, unsigned interface_index);

/* wire_open_ipv6() does the same for IPv6 frames, among which are those that hosts send by themselves. */
int wire_open_ipv6(int netns_fd, unsigned interface_index);

void wire_send(int fd, const uint8_t *frame, size_t length);

/* wire_receive() waits for the next frame and returns its length, or 0 if none comes for seconds. */
size_t wire_receive(int fd, uint8_t frame[WIRE_FRAME_MAX]);

/* wire_receive_now() does not wait. */
size_t wire_receive_now(int fd, uint8_t frame[WIRE_FRAME_MAX]);

/* These change a device of the calling thread's namespace: up or down, its MTU. */
void wire_set_up(const char *device, int up);
void wire_set_mtu(const char *device, unsigned mtu);

/* wire_remove() deletes a device of the calling thread's namespace. */
void wire_remove(const char *device);
