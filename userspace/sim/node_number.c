// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/node_number.h"

#include <errno.h>

#include "base/address_text.h"
#include "sim_cells.h"

int node_number_read(struct address_numbers *names, const char *word, uint32_t *number)
{
    struct address address;
    int error;

    if (!address_parse(word, &address))
        return -EINVAL;
    if (address_is_ipv4(address) && !sim_is_named(address_ipv4(address))) {
        *number = address_ipv4(address);
        return 0;
    }
    error = address_numbers_get(names, address, number);
    *number += SIM_NAMED;
    return error;
}

struct address node_number_address(const struct address_numbers *names, uint32_t number)
{
    return sim_is_named(number) ? names->addresses[number - SIM_NAMED] : address_of_ipv4(number);
}

enum address_family node_number_family(const struct address_numbers *names, uint32_t number)
{
    return address_family(node_number_address(names, number));
}

bool node_number_is_place(const struct address_numbers *names, uint32_t number)
{
    return number != 0 && sim_number(node_number_address(names, number)) != SIM_NOWHERE;
}
