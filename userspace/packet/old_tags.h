// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Captures of surveys by hopwire before 0.2: their probe tag T2 covered the source port, and nothing of the
 * UDP checksum or the addresses. Everything else about their probes is as today.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "siphash.h"

/*
 * old_tags_renew() gives a probe, alone or quoted in an ICMP error, today's T2 if it has the right one of
 * then, and mends the error's checksum for that. What it takes no tag of stays as it is. `ip` is where the
 * packet's IP header begins.
 */
void old_tags_renew(struct siphash_key key, uint8_t *ip, size_t length);
