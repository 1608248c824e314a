// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Real Linux routers behind an uplink, each an unnamed namespace with the kernel's own forwarding and ICMP,
 * and one more namespace that has all addresses of the target prefix. The shape stands in
 * include/sim_linux.h. All of it lives as long as this process, or until it is closed.
 */
#pragma once

#include "sim_linux.h"

struct sim_linux_world;

/*
 * sim_linux_world_open() makes the first router of the namespace `first_netns`, which stays the caller's and
 * already has its device towards the host, and builds the others behind it. 0 or a negative errno, with
 * nothing to close. The calling thread is in some namespace of them afterwards.
 */
int sim_linux_world_open(struct sim_linux_world **out, const struct sim_linux *shape, int first_netns);

/* sim_linux_world_close() lets go of the namespaces; NULL is allowed. */
void sim_linux_world_close(struct sim_linux_world *world);
