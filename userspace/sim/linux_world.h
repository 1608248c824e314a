// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Real Linux routers behind an uplink. Each is an unnamed namespace with the kernel's own forwarding and
 * ICMP; one more namespace has all addresses of the target prefix. include/sim_linux.h defines the shape. All
 * of it exists until it is closed, or until this process ends.
 */
#pragma once

#include "sim_linux.h"

struct sim_linux_world;

/*
 * sim_linux_world_open() makes the first router of the namespace `first_netns`, which the caller owns and
 * which already has its device towards the host, and builds the others behind it. Returns 0 or a negative
 * errno, with nothing to close. Afterwards the calling thread is in any one of these namespaces.
 */
int sim_linux_world_open(struct sim_linux_world **out, const struct sim_linux *shape, int first_netns);

/* sim_linux_world_close() releases the namespaces; NULL is allowed. */
void sim_linux_world_close(struct sim_linux_world *world);
