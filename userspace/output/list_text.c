// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/list_text.h"

#include <errno.h>
#include <string.h>

#include "base/line_reader.h"
#include "base/number.h"

enum {
    CHUNK = 65536,
};

void list_text_begin(struct list_text *self, FILE *out)
{
    self->out = out;
    self->error = 0;
    sha256_init(&self->hash);
}

char *list_text_line(char line[LIST_LINE_ROOM], struct prefix prefix)
{
    char *p = line + address_format(prefix.base, line);

    if (prefix.length < address_bits(prefix.base)) {
        *p++ = '/';
        p = number_put(p, prefix.length);
    }
    *p++ = '\n';
    return p;
}

void list_text_put(struct list_text *self, const struct prefix *prefixes, size_t count)
{
    char chunk[CHUNK], *p = chunk;

    for (size_t i = 0; i < count; i++) {
        p = list_text_line(p, prefixes[i]);
        if (i + 1 < count && p <= chunk + sizeof(chunk) - LIST_LINE_ROOM)
            continue;
        sha256_update(&self->hash, (size_t)(p - chunk), (const uint8_t *)chunk);
        if (fwrite(chunk, 1, (size_t)(p - chunk), self->out) < (size_t)(p - chunk) && !self->error)
            self->error = -errno;
        p = chunk;
    }
}

static void put_hash(struct sha256_ctx *hash, char text[SHA256_TEXT_SIZE])
{
    uint8_t digest[SHA256_DIGEST_SIZE];

    sha256_digest(hash, sizeof(digest), digest);
    for (size_t i = 0; i < sizeof(digest); i++)
        snprintf(text + 2 * i, 3, "%02x", digest[i]);
}

int list_text_end(struct list_text *self, char sha256[SHA256_TEXT_SIZE])
{
    put_hash(&self->hash, sha256);
    if (fflush(self->out) && !self->error)
        self->error = -errno;
    return self->error;
}

static int add_line(struct prefix_list *list, const char *text, size_t length)
{
    char line[LIST_LINE_ROOM];
    struct prefix prefix;

    if (length >= sizeof(line))
        return -EINVAL;
    memcpy(line, text, length);
    line[length] = '\0';
    return prefix_parse(line, &prefix) ? -EINVAL : prefix_list_add(list, prefix);
}

/* The hash is computed from the same bytes as the prefixes, so that nobody can change the file in between. */
static int read_lines(struct line_reader *reader, struct prefix_list *list, struct sha256_ctx *hash)
{
    int error = 0, next;
    const char *text;
    size_t length;

    while ((next = line_reader_next(reader, &text, &length)) == 1) {
        sha256_update(hash, length + 1, (const uint8_t *)text); /* with its newline */
        if (!error)
            error = add_line(list, text, length);
    }
    if (!next && line_reader_rest(reader, &text, &length)) {
        sha256_update(hash, length, (const uint8_t *)text);
        error = error ? error : -EINVAL;
    }
    if (!next)
        return error;
    return next < LINE_READER_ERRNO_MIN || next == -E2BIG ? -EINVAL : next;
}

int list_text_read(int fd, struct prefix_list *list, char sha256[SHA256_TEXT_SIZE])
{
    struct unpacked_file file;
    struct line_reader reader;
    struct sha256_ctx hash;
    int error = unpacked_file_adopt(&file, fd);

    if (!error)
        error = line_reader_begin(&reader, &file);
    if (error)
        return error;
    sha256_init(&hash);
    error = read_lines(&reader, list, &hash);
    line_reader_close(&reader);
    put_hash(&hash, sha256);
    return error;
}
