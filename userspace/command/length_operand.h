// SPDX-License-Identifier: GPL-2.0-or-later
/* The length of packets as in traceroute(8): an operand behind the host. */
#pragma once

#include <stdbool.h>

/*
 * length_operand_take() removes the last of `operands`, which end with NULL, if it is the length of packets:
 * only digits, and behind another operand, or with hosts given by a file. Otherwise it would be taken for a
 * host, 40 for 0.0.0.40, as the first operand still is. Returns it, or NULL if there is none.
 */
const char *length_operand_take(char **operands, bool hosts_by_file);
