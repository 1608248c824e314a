// SPDX-License-Identifier: GPL-2.0-or-later
/* Extensions behind the quotation of an ICMP error (RFC 4884): MPLS label stacks (RFC 4950), and other
 * objects undecoded. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"

enum {
    LABELS_MAX = 8, /* the deepest stack in measured traces has 6 */
    /* Room for an interface's index, IPv4 address, name of 15 characters and MTU (RFC 5837). A record has no
     * more room in its two cache lines. */
    EXTENSION_OBJECTS_MAX = 36,
};

struct label_stack {
    uint8_t count;
    bool cut; /* there were more than LABELS_MAX, or the object is broken behind these labels */
    uint32_t labels[LABELS_MAX]; /* label stack entries as on the wire (RFC 3032), host order */
};

/* Objects other than label stacks, one after the other, as on the wire. */
struct extension_objects {
    uint8_t length;
    bool cut; /* there was more, or an object is broken: the last one here may end before its stated length */
    uint8_t bytes[EXTENSION_OBJECTS_MAX];
};

/*
 * icmp_extension_read() reads the extensions of an ICMP or ICMPv6 error of `length` bytes from its ICMP
 * header on.
 *
 * If the length field of RFC 4884 is set, the extensions follow a quotation of that length. If there are
 * none, they may still be behind 128 bytes: older routers set no length (section 5.5), some set the length of
 * the quotation without its padding, some use another unit. Then only a correct checksum tells extensions
 * from quoted data, unless the stated length is beyond the end of the message: that shows that there are
 * extensions. `labels->count` is 0 if there is no stack, `objects->length` is 0 if there are no other
 * objects.
 */
void icmp_extension_read(enum address_family family, const uint8_t *icmp, size_t length,
                         struct label_stack *labels, struct extension_objects *objects);
