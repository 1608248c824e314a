// SPDX-License-Identifier: GPL-2.0-or-later
/* Lists beside the metadata that this survey's takes the place of (output/earlier_lists.h). Private to
 * userspace/survey/. */
#pragma once

struct survey;

/* leftover_lists_allow() adds their names for the keeper of files, which is not started yet: 0 or -ENOMEM. */
int leftover_lists_allow(const struct survey *survey);

/* leftover_lists_remove() takes them away, once the new metadata is there; but for those that it names itself. */
void leftover_lists_remove(const struct survey *survey);
