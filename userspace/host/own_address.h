// SPDX-License-Identifier: GPL-2.0-or-later
/* The addresses that are this host's, in the calling thread's namespace. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "address.h"

/* address_is_own() returns whether packets to `address` stay on this host. */
bool address_is_own(struct address address);

/* address_wait_own() waits until `address` is this host's: the kernel starts to use an IPv6 address a moment
 * after it was added to a device. Returns 0, -ETIMEDOUT, or -EINTR if a signal handler ran. */
int address_wait_own(struct address address, unsigned timeout_ms);

/* address_add() adds `address` to a device (link_add_address()) and waits as address_wait_own() does. Errors of
 * both. */
int address_add(unsigned interface_index, struct address address, unsigned prefix_length,
                unsigned timeout_ms);

/* interface_with_address() finds the interface that has `address` as its own. Returns 0, -ENOENT if there is
 * none, or another negative errno. */
int interface_with_address(struct address address, unsigned *interface_index);

/* interface_address() returns in `address` the first address of that family that probes can be sent from, or
 * none. For IPv6, one of wider than link-local scope, and neither tentative nor deprecated nor temporary.
 * Returns 0 or a negative errno. */
int interface_address(unsigned interface_index, enum address_family family, struct address *address);

/* address_is_temporary() returns whether it is an address that this host changes from day to day for privacy
 * (RFC 8981). A host that sends probes must be recognizable by an address that stays. */
bool address_is_temporary(struct address address, unsigned interface_index);

/* address_public() returns in `source` the source that the kernel would choose by RFC 6724 towards
 * `destination` through the interface if it preferred addresses that stay (RFC 5014). Returns 0 or a negative
 * errno. */
int address_public(struct address destination, unsigned interface_index, struct address *source);
