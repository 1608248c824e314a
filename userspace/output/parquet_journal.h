// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What stands between the pages of a Parquet file of ours, so that a file without an end can be given one:
 *
 *   "PAR1"  frame, head, tail   frame, pages, RowGroup   frame, pages, RowGroup  …
 *
 * A footer is the head (version, schema), how many records there are, the RowGroups, and the tail (key-values,
 * who wrote it). Readers of Parquet go by the footer and never look at frames.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "output/byte_sink.h"
#include "output/bytes.h"

#define PARQUET_MAGIC "PAR1"

enum {
    PARQUET_MAGIC_SIZE = sizeof(PARQUET_MAGIC) - 1,
    PARQUET_FRAME_SIZE = 24,
};

/* A frame: 32 bytes of tag, then these, least significant byte first. `first` and `second` are the lengths of
 * what follows: head and tail, or pages and RowGroup. */
struct parquet_frame {
    uint32_t records; /* of the group */
    uint64_t first;
    uint32_t second;
};

/* What a footer is made of. */
struct parquet_journal {
    struct bytes head, groups, tail;
    uint64_t group_count, records;
};

extern const char parquet_head_tag[8], parquet_group_tag[8];

/* parquet_frame_put() hands over a frame; parquet_frame_get() reads one back, false where it has another tag. */
void parquet_frame_put(struct byte_sink *sink, const char tag[8], const struct parquet_frame *frame);
bool parquet_frame_get(const uint8_t in[PARQUET_FRAME_SIZE], const char tag[8], struct parquet_frame *frame);

/* parquet_footer_put() adds a footer, its length and the magic that ends the file. */
void parquet_footer_put(struct bytes *out, const struct parquet_journal *journal);

/* parquet_journal_read() reads, into zeros, what stands in `fd` before `end`, where a group does. 0; -EINVAL where none
 * does, or another negative errno. parquet_journal_free() is right after all of them. */
int parquet_journal_read(struct parquet_journal *journal, int fd, uint64_t end);
void parquet_journal_free(struct parquet_journal *journal);
