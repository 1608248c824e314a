// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Compression of results of any format: by gzip (RFC 1952) or zstd (RFC 8878), as a stream of frames, which
 * gzip calls members. Each frame can be unpacked by itself, and consecutive frames are also a valid file.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum packing {
    PACKING_NONE,
    PACKING_GZIP,
    PACKING_ZSTD,
};

/* packing_of_path() returns the compression by the extension: ".gz", ".zst", or none. `*stem` is the length
 * of the name without it. */
enum packing packing_of_path(const char *path, size_t *stem);

/* What a packer still has to take, and where it may write; packer_step() advances all four. */
struct packer_step {
    const char *in;
    size_t in_left;
    char *out;
    size_t out_left;
};

struct packer;

/* packer_open() makes a packer; PACKING_NONE is not allowed. Returns 0 or -ENOMEM. packer_close() also
 * accepts NULL. */
int packer_open(struct packer **out, enum packing packing);
void packer_close(struct packer *packer);

/* packer_step() takes and writes as much as it can. With `ends`, the frame ends after these bytes, and the
 * next bytes begin another. Returns 1 if it needs more room, 0 if all is done, or a negative errno. */
int packer_step(struct packer *packer, struct packer_step *step, bool ends);
