// SPDX-License-Identifier: GPL-2.0-or-later
#include "state/state_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/output_file.h"
#include "bytes.h"
#include "siphash.h"

enum {
    BLOCK = 4096,
    LIVE_AT = BLOCK,
    SLOTS_AT = 2 * BLOCK,
    SLOTS = 2,
    /* Smaller, and large states take more calls; larger, and small ones lie far apart. */
    CHUNK = 64 * 1024,
    SLOT_HEAD = 32, /* sequence, length, hash, magic: eight bytes each */
    /* A state of this size is none of ours: 2^30 paths have eight bytes each. */
    LENGTH_MAX = INT64_C(1) << 36,
};

static const char title[] = "hopwire survey state 1\n";
static const uint64_t slot_magic = 0x686f707769726531; /* "hopwire1" */

struct state_file {
    int fd;
    char *path;
    bool created; /* and not begun: to be removed */
    uint64_t identity;
    uint64_t sequence; /* of the newest checkpoint; 0: there is none */
};

char *state_path_for(const char *results)
{
    char *path;

    return asprintf(&path, "%s.state", results) < 0 ? NULL : path;
}

static int write_all(int fd, const void *bytes, size_t length, uint64_t at)
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

/* What is behind the end of the file reads as zeros. */
static int read_all(int fd, void *bytes, size_t length, uint64_t at)
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

/* The place in the file of byte `offset` of a slot. */
static uint64_t place_of(unsigned slot, uint64_t offset)
{
    return SLOTS_AT + (offset / CHUNK * SLOTS + slot) * CHUNK + offset % CHUNK;
}

/* read_all() or write_all(), chunk by chunk. */
static int each_chunk(int fd, unsigned slot, uint64_t offset, uint8_t *bytes, size_t length, bool writes)
{
    int error = 0;

    while (!error && length) {
        size_t left = CHUNK - offset % CHUNK, part = length < left ? length : left;
        uint64_t at = place_of(slot, offset);

        error = writes ? write_all(fd, bytes, part, at) : read_all(fd, bytes, part, at);
        bytes += part;
        offset += part;
        length -= part;
    }
    return error;
}

static uint64_t hash_of(uint64_t identity, uint64_t sequence, const uint8_t *bytes, size_t length)
{
    struct siphash_state state = siphash_start((struct siphash_key){identity, sequence});
    size_t whole = length / 8;
    uint8_t tail[8] = {0};

    for (size_t i = 0; i < whole; i++)
        siphash_absorb(&state, load_be64(bytes + 8 * i));
    if (length % 8)
        memcpy(tail, bytes + 8 * whole, length % 8);
    siphash_absorb(&state, load_be64(tail));
    siphash_absorb(&state, length);
    return siphash_finish(state, 0, 0);
}

static int refuse_open(struct error_text *error, const char *path, int code)
{
    return error_text_set(error, code, "cannot open the state %s: %s", path, strerror(-code));
}

static bool starts_as_ours(int fd)
{
    char start[sizeof(title) - 1];

    return read_all(fd, start, sizeof(start), 0) == 0 && memcmp(start, title, strlen(title)) == 0;
}

/* Of anything else nothing may be lost. */
static int check_file(int fd, const char *path, struct error_text *error)
{
    struct stat status;

    if (fstat(fd, &status))
        return refuse_open(error, path, -errno);
    if (!S_ISREG(status.st_mode) || (status.st_size && !starts_as_ours(fd)))
        return error_text_set(error, -EEXIST, "there is a file '%s' already, and it is no state of a survey",
                              path);
    if (flock(fd, LOCK_EX | LOCK_NB))
        return errno == EWOULDBLOCK
                   ? error_text_set(error, -EBUSY, "the survey of state %s is still running", path)
                   : refuse_open(error, path, -errno);
    return 0;
}

static int open_file(const char *path, bool *created)
{
    int state = output_file_state(path);
    int flags = O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC;

    *created = state == OUTPUT_FILE_NEW;
    if (state != OUTPUT_FILE_NEW && state != OUTPUT_FILE_EMPTY && state != OUTPUT_FILE_FULL)
        return state == OUTPUT_FILE_STREAM ? -EINVAL : output_file_error(state);
    int fd = open(path, *created ? flags | O_CREAT | O_EXCL : flags, 0600);

    if (fd < 0)
        *created = false;
    return fd < 0 ? -errno : fd;
}

int state_file_open(struct state_file **out, const char *path, struct error_text *error)
{
    struct state_file *self = calloc(1, sizeof(*self));

    *out = NULL;
    if (!self || !(self->path = strdup(path))) {
        free(self);
        return refuse_open(error, path, -ENOMEM);
    }
    self->fd = open_file(path, &self->created);
    int code = self->fd < 0 ? refuse_open(error, path, self->fd) : check_file(self->fd, path, error);

    if (code)
        state_file_close(self);
    else
        *out = self;
    return code;
}

void state_file_close(struct state_file *self)
{
    if (!self)
        return;
    if (self->created)
        unlink(self->path);
    if (self->fd >= 0)
        close(self->fd);
    free(self->path);
    free(self);
}

bool state_file_is_bare(const char *path)
{
    int fd = open(path, O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    struct stat file;
    bool is_bare = fd >= 0 && starts_as_ours(fd) && fstat(fd, &file) == 0 && file.st_size <= SLOTS_AT;

    if (fd >= 0)
        close(fd);
    return is_bare;
}

bool state_file_is_empty(const struct state_file *self)
{
    return !starts_as_ours(self->fd);
}

int state_file_begin(struct state_file *self, uint64_t identity)
{
    char head[BLOCK] = {0};
    int error = ftruncate(self->fd, 0) ? -errno : 0;

    snprintf(head, sizeof(head), "%sidentity %016" PRIx64 "\n", title, identity);
    if (!error)
        error = write_all(self->fd, head, sizeof(head), 0);
    if (!error && fsync(self->fd))
        error = -errno;
    self->identity = identity;
    self->sequence = 0;
    self->created &= error != 0;
    return error;
}

static bool has_identity(const struct state_file *self, uint64_t identity)
{
    char head[64] = {0}, wanted[64];

    snprintf(wanted, sizeof(wanted), "%sidentity %016" PRIx64 "\n", title, identity);
    return read_all(self->fd, head, strlen(wanted), 0) == 0 && strcmp(head, wanted) == 0;
}

/* 0 for a slot without anything, -EINVAL for one that is damaged, 1 with what is in it. */
static int read_slot(const struct state_file *self, unsigned slot, uint64_t *sequence,
                     struct state_found *out)
{
    uint8_t head[SLOT_HEAD];
    int error = each_chunk(self->fd, slot, 0, head, sizeof(head), false);
    uint64_t length = load_be64(head + 8);

    *sequence = load_be64(head);
    if (error)
        return error;
    if (*sequence == 0 && length == 0)
        return 0;
    if (load_be64(head + 24) != slot_magic || length > LENGTH_MAX || *sequence % SLOTS != slot)
        return -EINVAL;
    struct stat status;

    if (fstat(self->fd, &status) || length > (uint64_t)status.st_size)
        return -EINVAL;
    out->bytes = malloc(length + 1);
    if (!out->bytes)
        return -ENOMEM;
    out->length = length;
    error = each_chunk(self->fd, slot, SLOT_HEAD, out->bytes, length, false);
    if (!error && hash_of(self->identity, *sequence, out->bytes, length) == load_be64(head + 16))
        return 1;
    free(out->bytes);
    out->bytes = NULL;
    return error ? error : -EINVAL;
}

static void read_live(const struct state_file *self, struct state_found *out)
{
    out->live = calloc(1, STATE_FILE_LIVE_MAX + 1);
    if (out->live && (read_all(self->fd, out->live, STATE_FILE_LIVE_MAX, LIVE_AT) || !*out->live)) {
        free(out->live);
        out->live = NULL;
    }
}

/* The newer of the two that are whole. */
static int read_newest(struct state_file *self, struct state_found *out)
{
    int damage = 0;

    for (unsigned slot = 0; slot < SLOTS; slot++) {
        struct state_found found = {0};
        uint64_t sequence;
        int result = read_slot(self, slot, &sequence, &found);

        if (result < 0)
            damage = result;
        if (result != 1)
            continue;
        if (sequence > self->sequence) {
            free(out->bytes);
            out->bytes = found.bytes;
            out->length = found.length;
            out->any = true;
            self->sequence = sequence;
        } else {
            free(found.bytes);
        }
    }
    return out->any ? 0 : damage;
}

int state_file_load(struct state_file *self, uint64_t identity, struct state_found *out,
                    struct error_text *error)
{
    *out = (struct state_found){0};
    if (!has_identity(self, identity))
        return error_text_set(error, -ESTALE, "the state %s is of another survey, or of another hopwire",
                              self->path);
    self->identity = identity;
    self->sequence = 0;
    int code = read_newest(self, out);

    if (code)
        return error_text_set(error, code, "the state %s %s", self->path,
                              code == -EINVAL   ? "is damaged: both of its checkpoints are"
                              : code == -ENOMEM ? "is larger than memory"
                                                : "cannot be read");
    self->created = false;
    read_live(self, out);
    return 0;
}

int state_file_store(struct state_file *self, const void *bytes, size_t length)
{
    uint64_t sequence = self->sequence + 1;
    unsigned slot = sequence % SLOTS;
    uint8_t head[SLOT_HEAD];

    store_be64(head, sequence);
    store_be64(head + 8, length);
    store_be64(head + 16, hash_of(self->identity, sequence, bytes, length));
    store_be64(head + 24, slot_magic);
    int error = each_chunk(self->fd, slot, SLOT_HEAD, (uint8_t *)(uintptr_t)bytes, length, true);
    if (!error)
        error = each_chunk(self->fd, slot, 0, head, sizeof(head), true);
    if (!error && fdatasync(self->fd))
        error = -errno;
    if (!error)
        self->sequence = sequence;
    return error;
}

int state_file_tell(struct state_file *self, const char *text)
{
    char block[BLOCK] = {0};
    size_t length = strlen(text);

    memcpy(block, text, length < STATE_FILE_LIVE_MAX ? length : STATE_FILE_LIVE_MAX);
    return write_all(self->fd, block, sizeof(block), LIVE_AT);
}
