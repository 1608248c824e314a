// SPDX-License-Identifier: GPL-2.0-or-later
/* What a router reports about its interfaces in an ICMP extension (RFC 5837). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"

enum {
    ICMP_OBJECT_INTERFACE_CLASS = 2, /* section 4 */
    INTERFACE_NAME_MAX = 63,         /* section 4.3 */
    INTERFACE_OBJECT_MAX = 96,       /* header 4, index 4, address of IPv6 20, name 64, MTU 4 */
};

/* Section 4.1: the role of the interface for the packet that was not delivered. */
enum interface_role {
    INTERFACE_INCOMING,
    INTERFACE_INCOMING_SUB_IP, /* a component of the interface by which the packet came */
    INTERFACE_OUTGOING,        /* the packet would have left by this interface */
    INTERFACE_NEXT_HOP,        /* and would have gone to this next hop */
};

struct interface_info {
    enum interface_role role;
    bool has_index, has_address, has_mtu;
    uint32_t index, mtu;
    struct address address;
    uint8_t name_length; /* 0: no name */
    const uint8_t *name; /* within the object; any bytes */
};

/*
 * interface_info_read() reads an object of this class from its header on; `length` bytes of it are there, at
 * least the header. Fields that are absent, incomplete, or behind a field of unknown length stay unknown.
 * Nothing else is read from a broken object.
 */
void interface_info_read(const uint8_t *object, size_t length, struct interface_info *out);

/*
 * interface_info_write() writes an object from which interface_info_read() reads the same `info`. It returns
 * the length, which is at most that of the object from which `info` was read. So the name ends with its last
 * byte, without the zeros that pad it to a whole word in packets.
 */
size_t interface_info_write(const struct interface_info *info, uint8_t object[INTERFACE_OBJECT_MAX]);
