// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Nodes of a world that is read from a file: their numbers (sim_cells.h) and their addresses as text has them.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/address_numbers.h"

/* node_number_read() is the number of the address that a word is; those of IPv6 get theirs when they come, and
 * are kept in `names`. 0, -EINVAL where it is none, or -ENOMEM. */
int node_number_read(struct address_numbers *names, const char *word, uint32_t *number);

/* node_number_address() is the address of a number that was read. */
struct address node_number_address(const struct address_numbers *names, uint32_t number);

/* node_number_family() is its family. */
enum address_family node_number_family(const struct address_numbers *names, uint32_t number);

/* node_number_is_place() says whether a route may lead to its address. */
bool node_number_is_place(const struct address_numbers *names, uint32_t number);
