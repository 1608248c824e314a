// SPDX-License-Identifier: GPL-2.0-or-later
#include "state/state_slot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bytes.h"

enum {
    /* If smaller, large states take more system calls; if larger, small checkpoints lie far apart. */
    CHUNK = 64 * 1024,
    HEAD = 32, /* eight bytes each */
    WORD = 8,
    /* A larger state is never one of ours: 2^30 paths take eight bytes each. */
    LENGTH_MAX = INT64_C(1) << 36,
};

static const uint64_t magic = 0x686f707769726531; /* "hopwire1" */

/* Hash of the bytes so far: words of eight bytes, the last one padded with zeros, then the length. */
struct slot_hash {
    struct siphash_state state;
    uint64_t length;
    uint8_t word[WORD]; /* the last bytes, not a full word yet */
};

struct state_writing {
    struct state_slot slot;
    struct slot_hash hash;
    FILE *out;
    char buffer[CHUNK]; /* of the stream */
};

int state_pwrite(int fd, const void *bytes, size_t length, uint64_t at)
{
    const uint8_t *from = bytes;

    while (length) {
        ssize_t n = pwrite(fd, from, length, (off_t)at);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n ? -errno : -EIO;
        from += n;
        at += (uint64_t)n;
        length -= (size_t)n;
    }
    return 0;
}

int state_pread(int fd, void *bytes, size_t length, uint64_t at)
{
    uint8_t *to = bytes;

    while (length) {
        ssize_t n = pread(fd, to, length, (off_t)at);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        if (n == 0) {
            memset(to, 0, length);
            return 0;
        }
        to += n;
        at += (uint64_t)n;
        length -= (size_t)n;
    }
    return 0;
}

/* Returns the position in the file of byte `offset`, head included. */
static uint64_t place_of(unsigned place, uint64_t offset)
{
    return STATE_SLOTS_AT + (offset / CHUNK * STATE_SLOTS + place) * CHUNK + offset % CHUNK;
}

/* Calls state_pread() or state_pwrite() chunk by chunk. */
static int each_chunk(int fd, unsigned place, uint64_t offset, uint8_t *bytes, size_t length, bool writes)
{
    int error = 0;

    while (!error && length) {
        size_t left = CHUNK - offset % CHUNK, part = length < left ? length : left;
        uint64_t at = place_of(place, offset);

        error = writes ? state_pwrite(fd, bytes, part, at) : state_pread(fd, bytes, part, at);
        bytes += part;
        offset += part;
        length -= part;
    }
    return error;
}

static struct slot_hash hash_begin(struct state_slot slot)
{
    return (struct slot_hash){.state = siphash_start((struct siphash_key){slot.identity, slot.sequence})};
}

static void hash_take(struct slot_hash *hash, const uint8_t *bytes, size_t length)
{
    for (size_t taken = 0, step; taken < length; taken += step, hash->length += step) {
        size_t held = hash->length % WORD;

        step = length - taken < WORD - held ? length - taken : WORD - held;
        memcpy(hash->word + held, bytes + taken, step);
        if (held + step == WORD)
            siphash_absorb(&hash->state, load_be64(hash->word));
    }
}

static uint64_t hash_end(struct slot_hash *hash)
{
    size_t held = hash->length % WORD;

    memset(hash->word + held, 0, WORD - held);
    siphash_absorb(&hash->state, load_be64(hash->word));
    siphash_absorb(&hash->state, hash->length);
    return siphash_finish(hash->state, 0, 0);
}

static unsigned place_of_slot(struct state_slot slot)
{
    return slot.sequence % STATE_SLOTS;
}

/* A writer for fopencookie(3), which must return 0 for an error. */
static ssize_t take(void *cookie, const char *bytes, size_t length)
{
    struct state_writing *writing = cookie;
    uint8_t *from = (uint8_t *)(uintptr_t)bytes;
    int error = each_chunk(writing->slot.fd, place_of_slot(writing->slot), HEAD + writing->hash.length, from,
                           length, true);

    errno = -error;
    if (error)
        return 0;
    hash_take(&writing->hash, from, length);
    return (ssize_t)length;
}

struct state_writing *state_slot_write(struct state_slot slot)
{
    struct state_writing *writing = calloc(1, sizeof(*writing));

    if (!writing)
        return NULL;
    writing->slot = slot;
    writing->hash = hash_begin(slot);
    writing->out = fopencookie(writing, "w", (cookie_io_functions_t){.write = take});
    if (!writing->out || setvbuf(writing->out, writing->buffer, _IOFBF, sizeof(writing->buffer))) {
        state_writing_abandon(writing);
        return NULL;
    }
    return writing;
}

FILE *state_writing_stream(struct state_writing *writing)
{
    return writing->out;
}

static int write_head(struct state_writing *writing)
{
    uint8_t head[HEAD];

    store_be64(head, writing->slot.sequence);
    store_be64(head + 8, writing->hash.length);
    store_be64(head + 16, hash_end(&writing->hash));
    store_be64(head + 24, magic);
    return each_chunk(writing->slot.fd, place_of_slot(writing->slot), 0, head, sizeof(head), true);
}

int state_writing_end(struct state_writing *writing)
{
    bool failed = ferror(writing->out);
    int error = fclose(writing->out) ? -errno : failed ? -EIO : write_head(writing);

    free(writing);
    return error;
}

void state_writing_abandon(struct state_writing *writing)
{
    if (writing && writing->out)
        fclose(writing->out);
    free(writing);
}

bool state_slot_is_unused(int fd, unsigned place)
{
    static const uint8_t none[HEAD];
    uint8_t head[HEAD];

    return !each_chunk(fd, place, 0, head, sizeof(head), false) && memcmp(head, none, sizeof(head)) == 0;
}

static bool is_possible(struct state_slot slot, unsigned place, const uint8_t head[HEAD])
{
    struct stat status;
    uint64_t length = load_be64(head + 8);

    return load_be64(head + 24) == magic && length <= LENGTH_MAX && place_of_slot(slot) == place &&
           !fstat(slot.fd, &status) && length <= (uint64_t)status.st_size;
}

int state_slot_read(struct state_slot *slot, unsigned place, uint8_t **bytes, size_t *length)
{
    uint8_t head[HEAD];
    int error = each_chunk(slot->fd, place, 0, head, sizeof(head), false);

    if (error)
        return error;
    slot->sequence = load_be64(head);
    *length = load_be64(head + 8);
    if (slot->sequence == 0 && *length == 0)
        return 0;
    if (!is_possible(*slot, place, head))
        return -EINVAL;
    *bytes = malloc(*length + 1);
    if (!*bytes)
        return -ENOMEM;
    error = each_chunk(slot->fd, place, HEAD, *bytes, *length, false);

    struct slot_hash hash = hash_begin(*slot);
    hash_take(&hash, *bytes, *length);
    if (!error && hash_end(&hash) == load_be64(head + 16))
        return 1;
    free(*bytes);
    return error ? error : -EINVAL;
}
