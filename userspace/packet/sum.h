// SPDX-License-Identifier: GPL-2.0-or-later
/* The Internet checksum over whole packets, for checking what arrives. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* sum_valid() says whether `length` bytes that include their checksum sum to all ones (RFC 1071). */
bool sum_valid(const uint8_t *data, size_t length);
