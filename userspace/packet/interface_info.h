// SPDX-License-Identifier: GPL-2.0-or-later
/* What a router says of its interfaces in an ICMP extension (RFC 5837). */
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

/* Section 4.1: what the interface is to the packet that was not delivered. */
enum interface_role {
    INTERFACE_INCOMING,
    INTERFACE_INCOMING_SUB_IP, /* a part of the one it came by */
    INTERFACE_OUTGOING,        /* it would have left by this one */
    INTERFACE_NEXT_HOP,        /* and to here */
};

struct interface_info {
    enum interface_role role;
    bool has_index, has_address, has_mtu;
    uint32_t index, mtu;
    struct address address;
    uint8_t name_length; /* 0: none is told */
    const uint8_t *name; /* within the object; any bytes */
};

/*
 * interface_info_read() reads an object of the class from its header on, of which `length` bytes are there,
 * at least the header. What is not told, is not there as a whole or stands behind something of no known
 * length is unknown; nothing else is made of a broken object.
 */
void interface_info_read(const uint8_t *object, size_t length, struct interface_info *out);

/*
 * interface_info_write() makes an object that interface_info_read() reads as `info`, and returns its length: at
 * most that of the object that `info` was read from. So the name ends at its last byte, without the zeros that
 * fill up its last word in packets.
 */
size_t interface_info_write(const struct interface_info *info, uint8_t object[INTERFACE_OBJECT_MAX]);
