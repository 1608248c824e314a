// SPDX-License-Identifier: GPL-2.0-or-later
/* Addresses as tests write them. */
#pragma once

#include "address.h"

/* IPV4(0xc0000201) is 192.0.2.1, as a constant. */
#define IPV4(number) ((struct address){0, ADDRESS_IPV4_PREFIX | (uint32_t)(number)})

/* IPV6(0x20010db800000000, 1) is 2001:db8::1, likewise. */
#define IPV6(high, low) ((struct address){(high), (low)})
