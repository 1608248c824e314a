// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads pages of Parquet files. Nothing in them is trusted: every length is checked. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <zstd.h>

#include "output/bytes.h"
#include "output/parquet_page.h"
#include "output/thrift_read.h"

/* The header of a page. */
struct parquet_page_head {
    enum parquet_page_type type;
    enum parquet_encoding encoding;
    size_t plain_bytes, bytes; /* before and after compression */
    uint32_t count;
};

/* parquet_page_head() reads the header of the next page, which is followed by `bytes` bytes. Returns false if
 * it is damaged, or is no page of ours. */
bool parquet_page_head(struct thrift_source *source, struct parquet_page_head *head);

/* parquet_page_unpack() reads and unpacks those bytes; eight zero bytes follow the contents in `out`. Returns
 * 0, -ENOMEM, or -EINVAL if they are damaged. */
int parquet_page_unpack(struct thrift_source *source, const struct parquet_page_head *head,
                        ZSTD_DCtx *unpacker, struct bytes *out);
