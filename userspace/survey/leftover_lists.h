// SPDX-License-Identifier: GPL-2.0-or-later
/* Removes lists beside earlier metadata that this survey's metadata replaces (output/earlier_lists.h). Private
 * to userspace/survey/. */
#pragma once

struct survey;

/* leftover_lists_allow() adds their names for the keeper of files, which must not be started yet. Returns 0 or
 * -ENOMEM. */
int leftover_lists_allow(const struct survey *survey);

/* leftover_lists_remove() removes them, once the new metadata is there. It keeps those that the new metadata
 * names. */
void leftover_lists_remove(const struct survey *survey);
