// SPDX-License-Identifier: GPL-2.0-or-later
/* Pages of Parquet files, read again. Nothing of them is trusted: every length is checked. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <zstd.h>

#include "output/bytes.h"
#include "output/parquet_page.h"
#include "output/thrift_read.h"

/* What stands before a page. */
struct parquet_page_head {
    enum parquet_page_type type;
    enum parquet_encoding encoding;
    size_t plain_bytes, bytes; /* before and after compression */
    uint32_t count;
};

/* parquet_page_head() reads what stands before the next page, of which `bytes` then follow. False where that cannot be, or
 * is no page that we write. */
bool parquet_page_head(struct thrift_source *source, struct parquet_page_head *head);

/* parquet_page_unpack() takes those bytes; eight that are 0 stand behind what is in `out`. 0, -ENOMEM, or -EINVAL where they
 * are damaged. */
int parquet_page_unpack(struct thrift_source *source, const struct parquet_page_head *head,
                        ZSTD_DCtx *unpacker, struct bytes *out);
