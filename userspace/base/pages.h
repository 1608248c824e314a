// SPDX-License-Identifier: GPL-2.0-or-later
/* Large zeroed memory from the kernel, for tables with fast random access. */
#pragma once

#include <stddef.h>

/*
 * pages_map() maps `size` zeroed bytes that are resident from the start: a receiver that waits for page faults,
 * which take some microseconds in a virtual machine, loses replies. It uses huge pages if the system has some
 * free: in a table with a word for each of millions of targets, nearly every access would miss the TLB
 * otherwise. Returns NULL when memory is short.
 */
void *pages_map(size_t size);

/* pages_map_untouched() maps `size` bytes whose pages are allocated at the first access, for memory of which
 * little is used. Returns NULL when memory is short. */
void *pages_map_untouched(size_t size);

/* pages_whole() rounds a size of four huge pages or more up to whole huge pages; otherwise the rest would be in
 * small pages. Smaller sizes are not rounded to huge pages, because that might double them. */
size_t pages_whole(size_t size);

/* pages_whole_within() returns the largest result of pages_whole() that is not above `size`. */
size_t pages_whole_within(size_t size);

/* pages_map_as_filled() maps `size` bytes, a result of pages_whole(), in huge pages if possible. Each is
 * allocated at the first access: for memory that is filled from its beginning to its end, so that each page is
 * full before the next one is allocated. Returns NULL when memory is short. */
void *pages_map_as_filled(size_t size);

/* pages_touch() makes all pages of mapped memory resident, as far as the system can. Threads that must not wait
 * should not call it. */
void pages_touch(void *memory, size_t size);

/* pages_map_shared() maps zeroed bytes that processes started later share. The size is rounded up to whole
 * pages. Returns NULL when memory is short. */
void *pages_map_shared(size_t size);

/* pages_unmap() unmaps `memory`; NULL is allowed. */
void pages_unmap(void *memory, size_t size);
