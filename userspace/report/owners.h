// SPDX-License-Identifier: GPL-2.0-or-later
/* Whose an address is, as far as files were given that say so. */
#pragma once

#include <stdio.h>

#include "target/asn_table.h"

struct owners {
    const struct asn_table *asn; /* who announces it; NULL: not asked for */
    const struct asn_table
        *ixp; /* the exchange whose peering LAN it is of (ixp_file.h); NULL: not asked for */
};

/* owners_print_origin() writes a comma and the AS of an address as a value of CSV, owners_print_exchange() the exchange:
 * nothing where it was not asked for. */
void owners_print_origin(struct owners owners, struct address address, FILE *out);
void owners_print_exchange(struct owners owners, struct address address, FILE *out);

/* owners_cells() writes both as cells of an HTML table, likewise. */
void owners_cells(struct owners owners, struct address address, FILE *out);
