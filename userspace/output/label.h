// SPDX-License-Identifier: GPL-2.0-or-later
/* An entry of an MPLS label stack (RFC 3032, section 2.1), as in records: 32 bits in host order. */
#pragma once

#include <stdint.h>

struct label {
    unsigned value; /* 20 bits */
    unsigned tc;    /* traffic class, 3 bits; "Exp" before RFC 5462 */
    unsigned bottom, ttl;
};

static inline struct label label_of(uint32_t entry)
{
    return (struct label){entry >> 12, entry >> 9 & 7, entry >> 8 & 1, entry & 0xff};
}
