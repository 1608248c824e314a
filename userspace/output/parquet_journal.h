// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Extra data between the pages of our Parquet files, from which a missing end of the file can be made:
 *
 *   "PAR1"  frame, head, tail   frame, pages, RowGroup   frame, pages, RowGroup  …
 *
 * A footer consists of the head (version, schema), the number of records, the RowGroups, and the tail
 * (key-values, the writing program). Readers of Parquet only use the footer and never read frames.
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

/* A frame: a tag of 8 bytes, then these, least significant byte first. `first` and `second` are the lengths
 * of what follows: head and tail, or pages and RowGroup. */
struct parquet_frame {
    uint32_t records; /* of the group */
    uint64_t first;
    uint32_t second;
};

/* The parts of a footer. */
struct parquet_journal {
    struct bytes head, groups, tail;
    uint64_t group_count, records;
};

extern const char parquet_head_tag[8], parquet_group_tag[8];

/* parquet_frame_put() writes a frame. parquet_frame_get() reads one back; it returns false if the tag
 * differs. */
void parquet_frame_put(struct byte_sink *sink, const char tag[8], const struct parquet_frame *frame);
bool parquet_frame_get(const uint8_t in[PARQUET_FRAME_SIZE], const char tag[8], struct parquet_frame *frame);

/* parquet_footer_put() adds a footer, its length, and the magic that ends the file. */
void parquet_footer_put(struct bytes *out, const struct parquet_journal *journal);

/* parquet_journal_read() reads the journal of `fd` up to `end`, the end of a group, into `journal`, which
 * must be zero. Returns 0; -EINVAL if no group ends there; or another negative errno. parquet_journal_free()
 * may be called after any outcome. */
int parquet_journal_read(struct parquet_journal *journal, int fd, uint64_t end);
void parquet_journal_free(struct parquet_journal *journal);
