// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/itdk_node.h"

#include <inttypes.h>

#include "base/address_text.h"

void itdk_begin_node(uint64_t number, FILE *out)
{
    fprintf(out, "node N%" PRIu64 ": ", number);
}

void itdk_add_interface(struct address address, FILE *out)
{
    char text[ADDRESS_TEXT_SIZE];

    address_format(address, text);
    fprintf(out, " %s", text);
}
