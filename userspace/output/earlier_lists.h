// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Files of lists (metadata_list.h) that belong to a metadata which is about to be replaced. Once it is, nothing tells
 * any more that RESULTS.targets.txt is of another survey than RESULTS.
 */
#pragma once

enum {
    EARLIER_LISTS_MAX = 3,
};

/* Begins as zeros. */
struct earlier_lists {
    char *paths[EARLIER_LISTS_MAX];
    unsigned count;
};

/* earlier_lists_find() finds those that `metadata`, a path, has; none where it is no metadata. What has another name
 * than a survey gives is somebody else's. 0 or -ENOMEM; earlier_lists_free() is right after both. */
int earlier_lists_find(struct earlier_lists *lists, const char *metadata);
void earlier_lists_free(struct earlier_lists *lists);

/* earlier_lists_spare() takes out of them what is the same file as `path`, whatever it is called; NULL is none. */
void earlier_lists_spare(struct earlier_lists *lists, const char *path);
