// SPDX-License-Identifier: GPL-2.0-or-later
/* A router as a line of an ITDK's .nodes file: "node N1:  192.0.2.1 192.0.2.9". */
#pragma once

#include <stdint.h>
#include <stdio.h>

#include "address.h"

/* itdk_begin_node() begins the line of a node; nodes are numbered from 1. itdk_add_interface() adds an
 * address of the node; the caller writes the newline. Errors stay in ferror(). */
void itdk_begin_node(uint64_t number, FILE *out);
void itdk_add_interface(struct address address, FILE *out);
