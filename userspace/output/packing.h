// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How results are compressed on their way out, behind any format: by gzip (RFC 1952) or zstd (RFC 8878), as a stream of
 * frames, which gzip calls members. Each can be unpacked by itself, and one behind the other is a file, too.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum packing {
    PACKING_NONE,
    PACKING_GZIP,
    PACKING_ZSTD,
};

/* packing_of_path() is what the name says: ".gz", ".zst", or none; `*stem` is the length of the name without that. */
enum packing packing_of_path(const char *path, size_t *stem);

/* What a packer still has to take, and where it may write; it moves all four on. */
struct packer_step {
    const char *in;
    size_t in_left;
    char *out;
    size_t out_left;
};

struct packer;

/* packer_open() makes a packer, but not for PACKING_NONE. 0 or -ENOMEM. packer_close() takes NULL, too. */
int packer_open(struct packer **out, enum packing packing);
void packer_close(struct packer *packer);

/* packer_step() takes and writes what it can; `ends`: the frame ends behind what is taken, and the next bytes begin
 * another. 1 where it needs more room, 0 where all is done, or a negative errno. */
int packer_step(struct packer *packer, struct packer_step *step, bool ends);
