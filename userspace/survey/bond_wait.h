// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Some drivers take their link down for a moment to load a program (igb). Where that is a port of a bond by LACP, what is
 * sent before both ends have agreed again is lost without a word.
 */
#pragma once

struct survey;

/* bond_wait_note() notes what LACP says of each entrance: before anything is attached. */
void bond_wait_note(struct survey *survey);

/* bond_wait_agreed() waits until they carry frames, for some seconds at most, and warns where one does not. */
void bond_wait_agreed(const struct survey *survey);
