// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/record_run.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    LEVEL = 1, /* neighbouring records differ little: a tenth of the bytes remains */
    PACKED = 1 << 16,
    WINDOW_LOG = 16, /* a reader of many runs needs memory for one window each */
    GATHERED = 64,   /* records that are packed by one call */
};

/* The state of writing. */
struct writing {
    int fd;
    ZSTD_CCtx *packer;
    uint8_t *packed;
};

static int write_all(int fd, const uint8_t *data, size_t length)
{
    while (length) {
        ssize_t n = write(fd, data, length);

        if (n < 0 && errno != EINTR)
            return -errno;
        if (n > 0) {
            data += n;
            length -= (size_t)n;
        }
    }
    return 0;
}

static int pack(const struct writing *writing, const void *data, size_t size, ZSTD_EndDirective how)
{
    ZSTD_inBuffer from = {.src = data, .size = size};
    size_t left;

    do {
        ZSTD_outBuffer to = {.dst = writing->packed, .size = PACKED};

        left = ZSTD_compressStream2(writing->packer, &to, &from, how);
        if (ZSTD_isError(left))
            return -ENOMEM;
        int error = write_all(writing->fd, writing->packed, to.pos);

        if (error)
            return error;
    } while (how == ZSTD_e_end ? left != 0 : from.pos < from.size);
    return 0;
}

static int write_records(const struct writing *writing, const struct record *records, const uint32_t *order,
                         uint64_t count)
{
    struct record batch[GATHERED];
    unsigned gathered = 0;
    int error = 0;

    for (uint64_t i = 0; i < count && !error; i++) {
        if (i + RECORD_AHEAD < count)
            record_ask(&records[order[i + RECORD_AHEAD]]);
        batch[gathered++] = records[order[i]];
        if (gathered == GATHERED || i == count - 1) {
            error = pack(writing, batch, gathered * sizeof(batch[0]), ZSTD_e_continue);
            gathered = 0;
        }
    }
    return error ? error : pack(writing, NULL, 0, ZSTD_e_end);
}

int record_run_write(struct record_run *run, const char *directory, const struct record *records,
                     const uint32_t *order, uint64_t count)
{
    struct writing writing = {.packer = ZSTD_createCCtx(), .packed = malloc(PACKED)};

    *run = (struct record_run){.left = count};
    run->fd = writing.fd = open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    int error = run->fd < 0 ? -errno : writing.packer && writing.packed ? 0 : -ENOMEM;

    if (!error) {
        ZSTD_CCtx_setParameter(writing.packer, ZSTD_c_compressionLevel, LEVEL);
        ZSTD_CCtx_setParameter(writing.packer, ZSTD_c_windowLog, WINDOW_LOG);
        error = write_records(&writing, records, order, count);
    }
    ZSTD_freeCCtx(writing.packer);
    free(writing.packed);
    return error;
}

int record_run_rewind(struct record_run *run)
{
    run->unpacker = ZSTD_createDStream();
    run->packed = malloc(PACKED);
    run->records = malloc(RECORD_RUN_BATCH * sizeof(run->records[0]));
    if (!run->unpacker || !run->packed || !run->records)
        return -ENOMEM;
    return lseek(run->fd, 0, SEEK_SET) < 0 ? -errno : 0;
}

static int fill(struct record_run *run)
{
    ssize_t n = read(run->fd, run->packed, PACKED);

    if (n <= 0)
        return n < 0 ? -errno : -EIO;
    run->start = 0;
    run->end = (size_t)n;
    return 0;
}

static int unpack(struct record_run *run)
{
    uint64_t wanted = run->left < RECORD_RUN_BATCH ? run->left : RECORD_RUN_BATCH;
    ZSTD_outBuffer to = {.dst = run->records, .size = wanted * sizeof(run->records[0])};

    while (to.pos < to.size) {
        ZSTD_inBuffer from = {.src = run->packed, .pos = run->start, .size = run->end};

        if (ZSTD_isError(ZSTD_decompressStream(run->unpacker, &to, &from)))
            return -EIO;
        run->start = from.pos;
        if (to.pos == to.size)
            break;
        int error = run->start == run->end ? fill(run) : 0;

        if (error)
            return error;
    }
    run->next = 0;
    run->count = (unsigned)wanted;
    run->left -= wanted;
    return 0;
}

int record_run_peek(struct record_run *run, const struct record **out)
{
    int error = run->next == run->count && run->left ? unpack(run) : 0;

    *out = !error && run->next < run->count ? &run->records[run->next] : NULL;
    return error;
}

void record_run_take(struct record_run *run)
{
    run->next++;
}

void record_run_close(struct record_run *run)
{
    ZSTD_freeDStream(run->unpacker);
    free(run->packed);
    free(run->records);
    if (run->fd > STDERR_FILENO)
        close(run->fd);
    *run = (struct record_run){0};
}
