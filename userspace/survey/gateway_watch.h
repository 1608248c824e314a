// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Notices that a gateway got another Ethernet address while a survey runs, as when a standby router takes
 * over: frames to the old one would be lost without a word. Private to userspace/survey/.
 */
#pragma once

#include "survey/parts.h"

/*
 * gateway_watch() compares what the kernel's neighbour table says about the gateway of each way with where
 * probes go. Where that differs it warns and has the senders follow; a table that does not know says nothing.
 * It asks nobody and does not wait. Nothing is watched where the user gave the address, or targets are
 * on-link.
 */
void gateway_watch(struct survey *survey);
