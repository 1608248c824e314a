// SPDX-License-Identifier: GPL-2.0-or-later
/* The simulated world is made of numbers of 32 bits; here they become addresses of IPv4 as text has them. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/address_text.h"

/* node_number_parse() reads the number that an address of IPv4 stands for. */
bool node_number_parse(const char *text, uint32_t *number);

/* node_number_format() is address_format() of a number. */
size_t node_number_format(uint32_t number, char text[ADDRESS_TEXT_SIZE]);
