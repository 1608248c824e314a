// SPDX-License-Identifier: GPL-2.0-or-later
/* Extensions behind the quotation of an ICMP error (RFC 4884): MPLS label stacks (RFC 4950). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    LABELS_MAX = 8, /* the deepest stack in the traces at hand has 6 */
};

struct label_stack {
    uint8_t count;
    bool cut; /* there were more than LABELS_MAX, or the object is broken after the labels given */
    uint32_t labels[LABELS_MAX]; /* label stack entries as on the wire (RFC 3032), host order */
};

/*
 * icmp_extension_labels() reads the label stack of an ICMP error of `length` bytes from its ICMP header on.
 *
 * Where the length field of RFC 4884 is set, the extensions follow the quotation of that length. Where none
 * are there, they may be behind 128 bytes all the same: older routers set no length (section 5.5), some the
 * length of the quotation without its padding, some that in bytes. Then only a right checksum tells them from
 * quoted data, unless the length leads beyond the message: that says that there are extensions.
 * `out->count` is 0 where there is no stack.
 */
void icmp_extension_labels(const uint8_t *icmp, size_t length, struct label_stack *out);
