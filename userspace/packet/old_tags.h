// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Captures of surveys by hopwire before 0.2. In these probes, tag T2 covered the source port, but not the UDP
 * checksum or the addresses. Everything else about the probes is as today.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "siphash.h"

/*
 * old_tags_renew() replaces the T2 of a probe, alone or quoted in an ICMP error, by today's T2 if the old one
 * is correct, and adjusts the checksum of the error. It changes nothing else. `ip` is the start of the
 * packet's IP header.
 */
void old_tags_renew(struct siphash_key key, uint8_t *ip, size_t length);
