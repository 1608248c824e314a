// SPDX-License-Identifier: GPL-2.0-or-later
/* The length of packets as traceroute(8) takes it: an operand behind the host. */
#pragma once

#include <stdbool.h>

/*
 * length_operand_take() takes the last of `operands`, which end in NULL, out of them if it is the length of
 * packets: digits alone, behind another operand or where hosts are given by a file. Such a word would be a
 * host otherwise, 0.0.0.40 for 40, as the first operand still is. NULL where there is none.
 */
const char *length_operand_take(char **operands, bool hosts_by_file);
