// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Devices that take frames of registered VLANs only: the kernel registers the IDs of its own VLAN devices,
 * and there is no other way to. What is for another ID the device drops without counting it.
 */
#pragma once

#include <stdbool.h>

/* vlan_filter_is_on() says whether the device `name` of the calling thread's namespace does so (the feature
 * "rx-vlan-filter"). 1; 0; or a negative errno where it cannot be told. */
int vlan_filter_is_on(const char *name);

/*
 * vlan_filter_lift() has the device take frames of all VLANs, and of all addresses, by promiscuous mode;
 * returns a descriptor that is to be closed when they are no longer wanted, and is closed with the process at
 * the latest, or a negative errno.
 */
int vlan_filter_lift(unsigned interface_index);
