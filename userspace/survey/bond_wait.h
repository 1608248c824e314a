// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Some drivers take their link down for a moment to load a program (igb). If such a link is a port of a bond by
 * LACP, frames sent before both ends have agreed again are lost silently.
 */
#pragma once

struct survey;

/* bond_wait_note() stores the LACP state of each entrance. Must be called before anything is attached. */
void bond_wait_note(struct survey *survey);

/* bond_wait_agreed() waits some seconds at most until the entrances carry frames, and warns where one does not. */
void bond_wait_agreed(const struct survey *survey);
