// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Devices that accept only frames of registered VLANs: the kernel registers the IDs of its own VLAN devices,
 * and there is no other way to register one. Frames with another ID are dropped by the device without
 * counting them.
 */
#pragma once

#include <stdbool.h>

/* vlan_filter_is_on() returns whether the device `name` of the calling thread's namespace filters so (the
 * feature "rx-vlan-filter"): 1; 0; or a negative errno if this is unknown. */
int vlan_filter_is_on(const char *name);

/*
 * vlan_filter_lift() makes the device accept frames of all VLANs, and of all addresses, by promiscuous mode.
 * Returns a descriptor, to be closed when they are no longer wanted (it is closed with the process at the
 * latest), or a negative errno.
 */
int vlan_filter_lift(unsigned interface_index);
