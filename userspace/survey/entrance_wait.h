// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Some drivers take their link down for a moment to load a program (igb). What is sent before the link is ready
 * again can be lost silently: a bond or a VLAN device above it notices late that its carrier is gone, and after
 * that a bond by LACP reports a carrier before both ends have agreed.
 */
#pragma once

struct survey;

/* entrance_wait_note() stores which entrances are ready. Must be called before anything is attached. */
void entrance_wait_note(struct survey *survey);

/* entrance_wait_ready() waits some seconds at most until the entrances carry frames again, and warns where one does
 * not. */
void entrance_wait_ready(const struct survey *survey);
