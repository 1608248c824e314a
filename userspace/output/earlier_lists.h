// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Files of lists (metadata_list.h) that belong to metadata about to be replaced. After that, nothing shows
 * any more that RESULTS.targets.txt belongs to another survey than RESULTS.
 */
#pragma once

enum {
    EARLIER_LISTS_MAX = 3,
};

/* Starts as zeros. */
struct earlier_lists {
    char *paths[EARLIER_LISTS_MAX];
    unsigned count;
};

/* earlier_lists_find() finds the lists of the file `metadata`; none if that is no metadata. Files with other
 * names than a survey gives are left out, because they are not ours. Returns 0 or -ENOMEM;
 * earlier_lists_free() may be called after either. */
int earlier_lists_find(struct earlier_lists *lists, const char *metadata);
void earlier_lists_free(struct earlier_lists *lists);

/* earlier_lists_spare() removes entries that are the same file as `path`, whatever its name; `path` may be
 * NULL. */
void earlier_lists_spare(struct earlier_lists *lists, const char *path);
