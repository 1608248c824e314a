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
#include "state/state_slot.h"

enum {
    BLOCK = 4096,
    LIVE_AT = BLOCK,
};

_Static_assert((int)STATE_SLOTS_AT == LIVE_AT + BLOCK, "checkpoints begin behind the live text");

static const char title[] = "hopwire survey state 2\n";

struct state_file {
    int fd;
    char *path;
    bool created; /* created here and not begun: removed at the end */
    uint64_t identity;
    uint64_t sequence;             /* of the newest checkpoint; 0: none */
    struct state_writing *writing; /* the next one, or NULL */
};

char *state_path_for(const char *results)
{
    char *path;

    return asprintf(&path, "%s.state", results) < 0 ? NULL : path;
}

static int refuse_open(struct error_text *error, const char *path, int code)
{
    return error_text_set(error, code, "cannot open the state %s: %s", path, strerror(-code));
}

static bool starts_as_ours(int fd)
{
    char start[sizeof(title) - 1];

    return state_pread(fd, start, sizeof(start), 0) == 0 && memcmp(start, title, strlen(title)) == 0;
}

/* Refuses any other file, so that none of its contents is lost. */
static int check_file(int fd, const char *path, struct error_text *error)
{
    struct stat status;

    if (fstat(fd, &status))
        return refuse_open(error, path, -errno);
    if (!S_ISREG(status.st_mode) || (status.st_size && !starts_as_ours(fd)))
        return error_text_set(error, -EEXIST,
                              "there is a file '%s' already, and it is not the state of a survey", path);
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
    state_file_abandon(self);
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
    bool is_bare = fd >= 0 && starts_as_ours(fd);

    for (unsigned place = 0; is_bare && place < STATE_SLOTS; place++)
        is_bare = state_slot_is_unused(fd, place);
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
        error = state_pwrite(self->fd, head, sizeof(head), 0);
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
    return state_pread(self->fd, head, strlen(wanted), 0) == 0 && strcmp(head, wanted) == 0;
}

static void read_live(const struct state_file *self, struct state_found *out)
{
    out->live = calloc(1, STATE_FILE_LIVE_MAX + 1);
    if (out->live && (state_pread(self->fd, out->live, STATE_FILE_LIVE_MAX, LIVE_AT) || !*out->live)) {
        free(out->live);
        out->live = NULL;
    }
}

static struct state_slot slot_of(const struct state_file *self, uint64_t sequence)
{
    return (struct state_slot){self->fd, self->identity, sequence};
}

/* Reads the newer of the checkpoints that are complete. */
static int read_newest(struct state_file *self, struct state_found *out)
{
    int damage = 0;

    for (unsigned place = 0; place < STATE_SLOTS; place++) {
        struct state_slot slot = slot_of(self, 0);
        uint8_t *bytes;
        size_t length;
        int result = state_slot_read(&slot, place, &bytes, &length);

        if (result < 0)
            damage = result;
        if (result != 1)
            continue;
        if (slot.sequence < self->sequence) {
            free(bytes);
            continue;
        }
        free(out->bytes);
        out->bytes = bytes;
        out->length = length;
        out->any = true;
        self->sequence = slot.sequence;
    }
    return out->any ? 0 : damage;
}

int state_file_load(struct state_file *self, uint64_t identity, struct state_found *out,
                    struct error_text *error)
{
    *out = (struct state_found){0};
    if (!has_identity(self, identity))
        return error_text_set(error, -ESTALE,
                              "the state %s is of another survey, or of another version of hopwire",
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

FILE *state_file_write(struct state_file *self)
{
    state_file_abandon(self);
    self->writing = state_slot_write(slot_of(self, self->sequence + 1));
    return self->writing ? state_writing_stream(self->writing) : NULL;
}

int state_file_store(struct state_file *self)
{
    int error = state_writing_end(self->writing);

    self->writing = NULL;
    if (!error && fdatasync(self->fd))
        error = -errno;
    if (!error)
        self->sequence++;
    return error;
}

void state_file_abandon(struct state_file *self)
{
    state_writing_abandon(self->writing);
    self->writing = NULL;
}

int state_file_tell(struct state_file *self, const char *text)
{
    char block[BLOCK] = {0};
    size_t length = strlen(text);

    memcpy(block, text, length < STATE_FILE_LIVE_MAX ? length : STATE_FILE_LIVE_MAX);
    return state_pwrite(self->fd, block, sizeof(block), LIVE_AT);
}
