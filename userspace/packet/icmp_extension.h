// SPDX-License-Identifier: GPL-2.0-or-later
/* Extensions behind the quotation of an ICMP error (RFC 4884): MPLS label stacks (RFC 4950), and other objects
 * as they are. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"

enum {
    LABELS_MAX = 8, /* the deepest stack in the traces at hand has 6 */
    /* Room for an interface's index, IPv4 address, name of 15 characters and MTU (RFC 5837): a record has no
     * more within its two cache lines. */
    EXTENSION_OBJECTS_MAX = 36,
};

struct label_stack {
    uint8_t count;
    bool cut; /* there were more than LABELS_MAX, or the object is broken after the labels given */
    uint32_t labels[LABELS_MAX]; /* label stack entries as on the wire (RFC 3032), host order */
};

/* Objects that are no label stack, one behind the other, as on the wire. */
struct extension_objects {
    uint8_t length;
    bool cut; /* there was more, or an object is broken: the last one here may end before its length does */
    uint8_t bytes[EXTENSION_OBJECTS_MAX];
};

/*
 * icmp_extension_read() reads the extensions of an ICMP or ICMPv6 error of `length` bytes from its ICMP
 * header on.
 *
 * Where the length field of RFC 4884 is set, the extensions follow the quotation of that length. Where none
 * are there, they may be behind 128 bytes all the same: older routers set no length (section 5.5), some the
 * length of the quotation without its padding, some that in another unit. Then only a right checksum tells them from
 * quoted data, unless the length leads beyond the message: that says that there are extensions.
 * `labels->count` is 0 where there is no stack, `objects->length` where there are no other objects.
 */
void icmp_extension_read(enum address_family family, const uint8_t *icmp, size_t length,
                         struct label_stack *labels, struct extension_objects *objects);
