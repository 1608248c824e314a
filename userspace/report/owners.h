// SPDX-License-Identifier: GPL-2.0-or-later
/* Whose an address is, as far as files were given that say so. */
#pragma once

#include "target/asn_table.h"

struct owners {
    const struct asn_table *asn; /* who announces it; NULL: not asked for */
    const struct asn_table
        *ixp; /* the exchange whose peering LAN it is of (ixp_file.h); NULL: not asked for */
};
