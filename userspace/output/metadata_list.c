// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/metadata_list.h"

#include <errno.h>
#include <fcntl.h>
#include <sha256.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/address_text.h"
#include "base/late_files.h"
#include "base/number.h"

enum {
    LIST_MODE = 0600,                                 /* that of the metadata */
    LINE_SIZE = ADDRESS_TEXT_SIZE + sizeof("/128\n"), /* the longest, and its NUL */
    CHUNK = 65536,
};

/* The file that a name leads to: lists lie beside the metadata itself, not beside links to it. */
static char *resolve(const char *metadata)
{
    char *real = realpath(metadata, NULL);

    return real ? real : strdup(metadata);
}

static size_t without_ending(const char *path)
{
    static const char *const endings[] = {".meta.json", ".json"};
    size_t length = strlen(path);

    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        size_t ending = strlen(endings[i]);

        if (length > ending && path[length - ending - 1] != '/' &&
            strcmp(path + length - ending, endings[i]) == 0)
            return length - ending;
    }
    return length;
}

char *metadata_list_path(const char *metadata, const char *name)
{
    char *real = resolve(metadata), *path = NULL;

    if (real && asprintf(&path, "%.*s.%s.txt", (int)without_ending(real), real, name) < 0)
        path = NULL;
    free(real);
    return path;
}

static void put_hash(SHA256_CTX *hash, char text[SHA256_TEXT_SIZE])
{
    uint8_t digest[SHA256_DIGEST_LENGTH];

    SHA256_Final(digest, hash);
    for (size_t i = 0; i < sizeof(digest); i++)
        snprintf(text + 2 * i, 3, "%02x", digest[i]);
}

static char *put_line(char *p, struct prefix prefix)
{
    p += address_format(prefix.base, p);
    if (prefix.length < (address_is_ipv4(prefix.base) ? 32 : 128)) {
        *p++ = '/';
        p = number_put(p, prefix.length);
    }
    *p++ = '\n';
    return p;
}

static int write_lines(FILE *out, const struct prefix_list *list, char sha256[SHA256_TEXT_SIZE])
{
    char chunk[CHUNK], *p = chunk;
    SHA256_CTX hash;

    SHA256_Init(&hash);
    for (size_t i = 0; i < list->count; i++) {
        p = put_line(p, list->prefixes[i]);
        if (i + 1 < list->count && p <= chunk + sizeof(chunk) - LINE_SIZE)
            continue;
        SHA256_Update(&hash, (const uint8_t *)chunk, (size_t)(p - chunk));
        fwrite(chunk, 1, (size_t)(p - chunk), out);
        p = chunk;
    }
    put_hash(&hash, sha256);
    int error = fflush(out) ? -errno : ferror(out) ? -EIO : 0;
    fclose(out);
    return error;
}

static int write_file(struct replacement *file, struct late_files *late, const char *path,
                      const struct prefix_list *list, char sha256[SHA256_TEXT_SIZE])
{
    int error = late_files_replace(late, file, path, LIST_MODE);

    if (error)
        return error;
    FILE *out = replacement_stream(file);
    error = out ? write_lines(out, list, sha256) : -errno;
    if (error)
        replacement_discard(file);
    return error;
}

int metadata_list_stage_at(struct replacement *file, struct late_files *late, const char *path,
                           const struct prefix_list *list, struct list_reference *reference)
{
    const char *slash = strrchr(path, '/');
    int length = snprintf(reference->name, sizeof(reference->name), "%s", slash ? slash + 1 : path);

    *file = (struct replacement){.fd = -1, .directory = -1};
    return length < (int)sizeof(reference->name) ? write_file(file, late, path, list, reference->sha256)
                                                 : -ENAMETOOLONG;
}

int metadata_list_stage(struct replacement *file, struct late_files *late, const char *metadata,
                        const char *name, const struct prefix_list *list, struct list_reference *reference)
{
    *file = (struct replacement){.fd = -1, .directory = -1};
    *reference = (struct list_reference){.name = ""};
    if (list->count <= METADATA_LIST_INLINE || output_file_state(metadata) == OUTPUT_FILE_STREAM)
        return 0;
    char *path = metadata_list_path(metadata, name);
    if (!path)
        return -ENOMEM;
    int error = metadata_list_stage_at(file, late, path, list, reference);
    free(path);
    return error;
}

static int open_list(const char *metadata, const char *name)
{
    char *real = resolve(metadata), *slash = real ? strrchr(real, '/') : NULL, *path = NULL;
    int fd = -ENOMEM;

    if (real && asprintf(&path, "%.*s%s", slash ? (int)(slash + 1 - real) : 0, real, name) >= 0)
        fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd == -1)
        fd = -errno;
    free(real);
    free(path);
    return fd;
}

/* All of it at once, so that what is read is what was hashed. */
static int read_all(int fd, char **text, size_t *length)
{
    struct stat status;
    ssize_t n = 1;

    if (fstat(fd, &status) || !S_ISREG(status.st_mode))
        return -EINVAL;
    *text = malloc((size_t)status.st_size + 1);
    if (!*text)
        return -ENOMEM;
    for (*length = 0; n > 0 && *length<(size_t)status.st_size; *length += n> 0 ? (size_t)n : 0)
        n = read(fd, *text + *length, (size_t)status.st_size - *length);
    (*text)[*length] = '\0';
    return n < 0 ? -errno : 0;
}

static bool is_hash_of(const char *text, size_t length, const char *sha256)
{
    char found[SHA256_TEXT_SIZE];
    SHA256_CTX hash;

    SHA256_Init(&hash);
    SHA256_Update(&hash, (const uint8_t *)text, length);
    put_hash(&hash, found);
    return strcmp(found, sha256) == 0;
}

/* `text` is written to. */
static int parse_lines(char *text, struct prefix_list *list)
{
    struct prefix prefix;
    char *rest = text;

    for (char *line; (line = strsep(&rest, "\n")) && *line;) {
        int error = prefix_parse(line, &prefix) ? -EINVAL : prefix_list_add(list, prefix);

        if (error)
            return error;
    }
    return rest && *rest ? -EINVAL : 0;
}

static int refuse(const struct metadata_list *list, const char *metadata, int code, const char *why,
                  struct error_text *error)
{
    return error_text_set(error, code, "%s: its list '%s', which belongs beside it, %s", metadata,
                          list->file.name, why);
}

int metadata_list_load(struct metadata_list *list, const char *metadata, struct error_text *error)
{
    char why[128], *text = NULL;
    size_t length = 0;

    if (!list->file.name[0])
        return 0;
    int fd = open_list(metadata, list->file.name);
    int code = fd < 0 ? fd : read_all(fd, &text, &length);
    if (fd >= 0)
        close(fd);
    snprintf(why, sizeof(why), "cannot be read: %s", strerror(-code));
    if (!code && !is_hash_of(text, length, list->file.sha256)) {
        code = -EINVAL;
        snprintf(why, sizeof(why), "is not that of this survey: its SHA-256 is another");
    }
    if (!code && (code = parse_lines(text, &list->prefixes)))
        snprintf(why, sizeof(why), code == -ENOMEM ? "does not fit into memory" : "is no list of prefixes");
    free(text);
    return code ? refuse(list, metadata, code, why, error) : 0;
}

static json_t *prefixes_json(const struct prefix_list *list)
{
    json_t *array = json_array();
    char line[LINE_SIZE];

    for (size_t i = 0; i < list->count; i++) {
        char *end = put_line(line, list->prefixes[i]);

        json_array_append_new(array, json_stringn(line, (size_t)(end - 1 - line)));
    }
    return array;
}

json_t *metadata_list_json(const struct metadata_list *list)
{
    return list->file.name[0] ? metadata_list_reference_json(list) : prefixes_json(&list->prefixes);
}

json_t *metadata_list_reference_json(const struct metadata_list *list)
{
    return json_pack("{s:s, s:s, s:I}", "file", list->file.name, "sha256", list->file.sha256, "prefixes",
                     (json_int_t)list->prefixes.count);
}

bool metadata_list_reference_read(const json_t *object, struct list_reference *out)
{
    const char *name = json_string_value(json_object_get(object, "file"));
    const char *sha256 = json_string_value(json_object_get(object, "sha256"));

    if (!name || !*name || strchr(name, '/') || strlen(name) >= sizeof(out->name) || !sha256 ||
        strlen(sha256) != SHA256_TEXT_SIZE - 1)
        return false;
    snprintf(out->name, sizeof(out->name), "%s", name);
    snprintf(out->sha256, sizeof(out->sha256), "%s", sha256);
    return true;
}
