// SPDX-License-Identifier: GPL-2.0-or-later
/* The addresses that are this host's, in the calling thread's namespace. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "address.h"

/* address_is_own() says whether packets to `address` stay on this host. */
bool address_is_own(struct address address);

/* address_wait_own() waits until it is so: of IPv6 the kernel takes an address that was added to a device a
 * moment later. 0, or -ETIMEDOUT. */
int address_wait_own(struct address address, unsigned timeout_ms);

/* interface_with_address() says which interface has `address` as its own; 0, -ENOENT where none has, or
 * another negative errno. */
int interface_with_address(struct address address, unsigned *interface_index);

/* interface_address() gives the first address of that family that probes can be sent from, or none: of IPv6
 * one beyond the link, that is neither tentative nor deprecated nor temporary. 0 or a negative errno. */
int interface_address(unsigned interface_index, enum address_family family, struct address *address);

/* address_is_temporary() says whether it is one of those of this host that it changes from day to day, so
 * that nobody can tell who it is (RFC 8981). Who probes must be found by an address that stays. */
bool address_is_temporary(struct address address, unsigned interface_index);

/* address_public() gives the source that the kernel would choose by RFC 6724 towards `destination` through
 * the interface if it liked addresses that stay better (RFC 5014). 0 or a negative errno. */
int address_public(struct address destination, unsigned interface_index, struct address *source);
