// SPDX-License-Identifier: GPL-2.0-or-later
/* Large zeroed memory that is accessed at random and in a hurry, straight from the kernel. */
#pragma once

#include <stddef.h>

/*
 * pages_map() maps `size` zeroed bytes, resident from the start: a receiver that waits for a page fault, some
 * microseconds in a virtual machine, loses replies. In huge pages where the system has them to spare: a word
 * for each of millions of targets misses the TLB every time otherwise. NULL when memory is short.
 */
void *pages_map(size_t size);

/* pages_map_untouched() maps as much without asking for pages: they come when they are first touched, for
 * what few accesses touch. NULL when memory is short. */
void *pages_map_untouched(size_t size);

/* pages_whole() rounds a size up to whole huge pages, from four on: what is left over would be small ones, as it is
 * below that, where a whole one might be as much again. */
size_t pages_whole(size_t size);

/* pages_whole_within() is the largest of its results up to `size`. */
size_t pages_whole_within(size_t size);

/* pages_map_as_filled() maps as much, in huge pages where they are to be had, which come when they are first
 * touched: for what fills from front to end, so that each is full before the next one comes. The size is one
 * of pages_whole(). NULL when memory is short. */
void *pages_map_as_filled(size_t size);

/* pages_touch() has all pages of mapped memory come, as far as the system can: not in the thread that cannot wait. */
void pages_touch(void *memory, size_t size);

/* pages_map_shared() maps zeroed bytes that processes started later share, of a size that is rounded up to whole
 * pages. NULL when memory is short. */
void *pages_map_shared(size_t size);

/* pages_unmap() gives `memory` back; NULL is allowed. */
void pages_unmap(void *memory, size_t size);
