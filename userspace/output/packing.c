// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/packing.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ZLIB_CONST
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

enum {
    /* Higher levels save 10 or 20 % of the bytes and take several times as long: docs/formats.md. */
    GZIP_LEVEL = 1,
    ZSTD_LEVEL = 1,
    GZIP_HEADER = 16, /* added to windowBits of deflateInit2(): selects gzip instead of zlib */
    GZIP_MEMORY = 9,  /* the maximum, and the fastest: 384 KB */
};

struct packer {
    z_stream gzip;
    ZSTD_CCtx *zstd; /* NULL: gzip */
};

enum packing packing_of_path(const char *path, size_t *stem)
{
    static const struct {
        const char *extension;
        enum packing packing;
    } packings[] = {{".gz", PACKING_GZIP}, {".zst", PACKING_ZSTD}};
    size_t length = strlen(path);

    for (size_t i = 0; i < sizeof(packings) / sizeof(packings[0]); i++) {
        size_t suffix = strlen(packings[i].extension);

        *stem = length - suffix;
        if (length > suffix && strcmp(path + *stem, packings[i].extension) == 0)
            return packings[i].packing;
    }
    *stem = length;
    return PACKING_NONE;
}

static int open_gzip(struct packer *self)
{
    return deflateInit2(&self->gzip, GZIP_LEVEL, Z_DEFLATED, MAX_WBITS + GZIP_HEADER, GZIP_MEMORY,
                        Z_DEFAULT_STRATEGY) == Z_OK
               ? 0
               : -ENOMEM;
}

static int open_zstd(struct packer *self)
{
    self->zstd = ZSTD_createCCtx();
    if (!self->zstd)
        return -ENOMEM;
    ZSTD_CCtx_setParameter(self->zstd, ZSTD_c_compressionLevel, ZSTD_LEVEL);
    ZSTD_CCtx_setParameter(self->zstd, ZSTD_c_checksumFlag, 1);
    return 0;
}

int packer_open(struct packer **out, enum packing packing)
{
    struct packer *self = calloc(1, sizeof(*self));

    *out = NULL;
    if (!self)
        return -ENOMEM;
    int error = packing == PACKING_ZSTD ? open_zstd(self) : open_gzip(self);

    if (error)
        free(self);
    else
        *out = self;
    return error;
}

void packer_close(struct packer *packer)
{
    if (!packer)
        return;
    if (packer->zstd)
        ZSTD_freeCCtx(packer->zstd);
    else
        deflateEnd(&packer->gzip);
    free(packer);
}

static int step_gzip(z_stream *gzip, struct packer_step *step, bool ends)
{
    gzip->next_in = (const Bytef *)step->in;
    gzip->avail_in = (uInt)step->in_left;
    gzip->next_out = (Bytef *)step->out;
    gzip->avail_out = (uInt)step->out_left;
    int result = deflate(gzip, ends ? Z_FINISH : Z_NO_FLUSH);

    step->in += step->in_left - gzip->avail_in;
    step->in_left = gzip->avail_in;
    step->out += step->out_left - gzip->avail_out;
    step->out_left = gzip->avail_out;
    if (result == Z_STREAM_ERROR)
        return -EIO;
    if (ends && result == Z_STREAM_END)
        return deflateReset(gzip) == Z_OK ? 0 : -EIO;
    return ends || step->in_left ? 1 : 0;
}

static int step_zstd(ZSTD_CCtx *zstd, struct packer_step *step, bool ends)
{
    ZSTD_inBuffer in = {.src = step->in, .size = step->in_left};
    ZSTD_outBuffer out = {.dst = step->out, .size = step->out_left};
    size_t left = ZSTD_compressStream2(zstd, &out, &in, ends ? ZSTD_e_end : ZSTD_e_continue);

    if (ZSTD_isError(left))
        return ZSTD_getErrorCode(left) == ZSTD_error_memory_allocation ? -ENOMEM : -EIO;
    step->in += in.pos;
    step->in_left -= in.pos;
    step->out += out.pos;
    step->out_left -= out.pos;
    return (ends ? left : step->in_left) ? 1 : 0;
}

int packer_step(struct packer *packer, struct packer_step *step, bool ends)
{
    return packer->zstd ? step_zstd(packer->zstd, step, ends) : step_gzip(&packer->gzip, step, ends);
}
