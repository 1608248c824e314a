// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/metadata_list.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/late_files.h"

enum {
    LIST_MODE = 0600, /* the same as for the metadata */
};

/* Resolves links: lists are beside the metadata file itself, not beside links to it. */
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

static int write_lines(FILE *out, const struct prefix_list *list, char sha256[SHA256_TEXT_SIZE])
{
    struct list_text text;

    list_text_begin(&text, out);
    list_text_put(&text, list->prefixes, list->count);
    int error = list_text_end(&text, sha256);
    fclose(out);
    return error;
}

static int open_at(struct replacement *file, struct late_files *late, const char *path,
                   struct list_reference *reference)
{
    const char *slash = strrchr(path, '/');
    int length = snprintf(reference->name, sizeof(reference->name), "%s", slash ? slash + 1 : path);

    *file = (struct replacement){.fd = -1, .directory = -1};
    return length < (int)sizeof(reference->name) ? late_files_replace(late, file, path, LIST_MODE)
                                                 : -ENAMETOOLONG;
}

static int write_file(struct replacement *file, const struct prefix_list *list, char sha256[SHA256_TEXT_SIZE])
{
    FILE *out = replacement_stream(file);
    int error = out ? write_lines(out, list, sha256) : -errno;

    if (error)
        replacement_discard(file);
    return error;
}

int metadata_list_stage_at(struct replacement *file, struct late_files *late, const char *path,
                           const struct prefix_list *list, struct list_reference *reference)
{
    int error = open_at(file, late, path, reference);

    return error ? error : write_file(file, list, reference->sha256);
}

int metadata_list_open(struct replacement *file, struct late_files *late, const char *metadata,
                       const char *name, const struct prefix_list *list, struct list_reference *reference)
{
    *file = (struct replacement){.fd = -1, .directory = -1};
    *reference = (struct list_reference){.name = ""};
    if (list->count <= METADATA_LIST_INLINE || output_file_state(metadata) == OUTPUT_FILE_STREAM)
        return 0;
    char *path = metadata_list_path(metadata, name);
    int error = path ? open_at(file, late, path, reference) : -ENOMEM;

    free(path);
    return error;
}

int metadata_list_stage(struct replacement *file, struct late_files *late, const char *metadata,
                        const char *name, const struct prefix_list *list, struct list_reference *reference)
{
    int error = metadata_list_open(file, late, metadata, name, list, reference);

    return error || file->fd < 0 ? error : write_file(file, list, reference->sha256);
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

static int refuse(const struct metadata_list *list, const char *metadata, int code, const char *why,
                  struct error_text *error)
{
    return error_text_set(error, code, "%s: its list '%s', which belongs beside it, %s", metadata,
                          list->file.name, why);
}

static int read_list(const char *metadata, struct metadata_list *list, char sha256[SHA256_TEXT_SIZE])
{
    struct stat status;
    int fd = open_list(metadata, list->file.name);

    if (fd < 0)
        return fd;
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
        return list_text_read(fd, &list->prefixes, sha256);
    close(fd);
    return -EINVAL;
}

int metadata_list_load(struct metadata_list *list, const char *metadata, struct error_text *error)
{
    char why[128], sha256[SHA256_TEXT_SIZE] = "";

    if (!list->file.name[0])
        return 0;
    int code = read_list(metadata, list, sha256);
    bool whole = sha256[0] && (!code || code == -EINVAL);

    if (whole && strcmp(sha256, list->file.sha256) != 0)
        return refuse(list, metadata, -EINVAL, "is not that of this survey: its SHA-256 differs", error);
    if (whole && code)
        return refuse(list, metadata, code, "is not a list of prefixes", error);
    snprintf(why, sizeof(why), "cannot be read: %s", strerror(-code));
    return code ? refuse(list, metadata, code, why, error) : 0;
}

static json_t *prefixes_json(const struct prefix_list *list)
{
    json_t *array = json_array();
    char line[LIST_LINE_ROOM];

    for (size_t i = 0; i < list->count; i++) {
        char *end = list_text_line(line, list->prefixes[i]);

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
