// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Nodes of a world that is read from a file: their numbers (sim_cells.h), and their addresses as text.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/address_numbers.h"

/* node_number_read() sets `number` to that of the address in `word`; IPv6 addresses get numbers in order of
 * appearance, kept in `names`. Returns 0, -EINVAL if `word` is no address, or -ENOMEM. */
int node_number_read(struct address_numbers *names, const char *word, uint32_t *number);

/* node_number_address() returns the address of a number. */
struct address node_number_address(const struct address_numbers *names, uint32_t number);

/* node_number_family() returns the family of that address. */
enum address_family node_number_family(const struct address_numbers *names, uint32_t number);

/* node_number_is_place() returns whether a route may lead to the address. */
bool node_number_is_place(const struct address_numbers *names, uint32_t number);
