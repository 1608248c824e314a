// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Detects that a gateway has another Ethernet address while a survey runs, for example because a standby
 * router took over. Without that, frames to the old address would be lost silently. Private to
 * userspace/survey/.
 */
#pragma once

#include "survey/parts.h"

/*
 * gateway_watch() compares the entry of each way's gateway in the kernel's neighbour table with the address
 * to which probes go. Where they differ it warns and makes the senders use the new one. A missing entry is
 * ignored. It sends no request and does not wait. Ways are not watched where the user gave the address, or
 * targets are on-link.
 */
void gateway_watch(struct survey *survey);
