// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/metadata.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/late_files.h"
#include "base/part_file.h"
#include "base/version.h"
#include "output/metadata_field.h"

enum {
    /* It holds the key: with it anybody can forge replies while the survey runs, and captures afterwards. */
    METADATA_MODE = 0600,
};

static int put_value(const struct metadata_kind *kind, const void *value, FILE *out)
{
    json_t *json;

    if (kind->stream) {
        kind->stream(value, out);
        return 0;
    }
    json = kind->encode(value);
    if (!json)
        return -ENOMEM;
    int failed = json_dumpf(json, out, JSON_COMPACT | JSON_ENCODE_ANY | JSON_ENSURE_ASCII);
    json_decref(json);
    /* ferror() is checked at the end. */
    return failed && !ferror(out) ? -ENOMEM : 0;
}

/* While a survey runs, its counters are those so far; its end is not known yet. */
static bool is_known(const struct survey_metadata *metadata, const struct metadata_field *field)
{
    return !field->at_end || metadata->ended || (metadata->counted && !field->of_end);
}

static int put_fields(const struct survey_metadata *metadata, bool with_key, FILE *out)
{
    int error = 0;

    for (const struct metadata_field *field = metadata_fields; field->key && !error; field++) {
        fprintf(out, "%s  \"%s\": ", field == metadata_fields ? "{\n" : ",\n", field->key);
        if (!is_known(metadata, field) || (field->kind == &metadata_key && !with_key))
            fputs("null", out);
        else
            error = put_value(field->kind, (const char *)metadata + field->offset, out);
    }
    fputs("\n}\n", out);
    return error;
}

/* Closes `out`; returns the first error of all writes. */
static int finish(FILE *out)
{
    int error = fflush(out) ? -errno : 0;

    if (!error && ferror(out))
        error = -EIO;
    fclose(out);
    return error;
}

static int write_fields(const struct replacement *file, const struct survey_metadata *metadata)
{
    FILE *out = replacement_stream(file);

    if (!out)
        return -errno;
    int error = put_fields(metadata, true, out), finished = finish(out);
    return error ? error : finished;
}

int metadata_stage(struct replacement *file, struct late_files *late, const char *path,
                   const struct survey_metadata *metadata)
{
    int error = late_files_replace(late, file, path, METADATA_MODE);

    if (!error)
        error = write_fields(file, metadata);
    if (error)
        replacement_discard(file);
    return error;
}

int metadata_write(const char *path, const struct survey_metadata *metadata)
{
    struct replacement file;
    int error = metadata_stage(&file, NULL, path, metadata);

    return error ? error : replacement_commit(&file, true);
}

static char *make_text(const struct survey_metadata *metadata, bool with_key, size_t *length)
{
    char *text = NULL;
    FILE *out = open_memstream(&text, length);

    if (!out)
        return NULL;
    int error = put_fields(metadata, with_key, out), finished = finish(out);

    if (error || finished) {
        free(text);
        return NULL;
    }
    return text;
}

char *metadata_public_text(const struct survey_metadata *metadata)
{
    size_t length;

    return make_text(metadata, false, &length);
}

char *metadata_whole_text(const struct survey_metadata *metadata, size_t *length)
{
    return make_text(metadata, true, length);
}

int metadata_write_text(struct late_files *late, const char *path, const char *text, size_t length)
{
    struct replacement file;
    int error = late_files_replace(late, &file, path, METADATA_MODE);
    FILE *out = error ? NULL : replacement_stream(&file);

    if (error)
        return error;
    if (out)
        fwrite(text, 1, length, out);
    error = out ? finish(out) : -errno;
    if (!error)
        error = replacement_commit(&file, true);
    replacement_discard(&file);
    return error;
}

static int refuse_value(const char *path, const struct metadata_field *field, struct error_text *error)
{
    if (field->most)
        return error_text_set(error, -EINVAL,
                              "%s: key '%s' is not %s from %" JSON_INTEGER_FORMAT " to %" JSON_INTEGER_FORMAT,
                              path, field->key, field->kind->expected, field->least, field->most);
    return error_text_set(error, -EINVAL, "%s: key '%s' is not %s", path, field->key, field->kind->expected);
}

static bool within_bounds(const struct metadata_field *field, const json_t *value)
{
    if (!field->most || json_is_null(value))
        return true;
    return json_integer_value(value) >= field->least && json_integer_value(value) <= field->most;
}

/* Sets a value that a file of another version does not have. */
static int set_usual(const struct metadata_field *field, void *value)
{
    json_t *usual = field->usual ? json_integer(field->usual) : NULL;

    if (usual)
        field->kind->decode(usual, value);
    json_decref(usual);
    return 0;
}

/* A file may declare features that a reader must know to read it correctly. */
static int check_requires(const char *path, const json_t *document, struct error_text *error)
{
    const char *unknown = metadata_requires_unknown(json_object_get(document, "requires"));

    if (!unknown)
        return 0;
    return error_text_set(error, -EINVAL,
                          "%s: it requires '%s', which hopwire %s does not support: use a newer version",
                          path, unknown, hopwire_version());
}

static int get_field(const char *path, const struct metadata_field *field, struct survey_metadata *metadata,
                     struct error_text *error)
{
    const json_t *value = json_object_get(metadata->document, field->key);

    if (!value)
        return field->needed ? error_text_set(error, -EINVAL, "%s: key '%s' is missing", path, field->key)
                             : set_usual(field, (char *)metadata + field->offset);
    if (field->at_end && !metadata->ended && json_is_null(value))
        return 0;
    if (!field->kind->decode(value, (char *)metadata + field->offset) || !within_bounds(field, value))
        return refuse_value(path, field, error);
    return 0;
}

static int load_document(const char *path, struct survey_metadata *metadata, struct error_text *error)
{
    FILE *in = fopen(path, "re");
    json_error_t json_error;

    if (!in)
        return error_text_set(error, -errno, "%s: cannot be opened: %s", path, strerror(errno));
    metadata->document = json_loadf(in, 0, &json_error);
    fclose(in);
    if (!metadata->document)
        return error_text_set(error, -EINVAL, "%s: line %d: not JSON: %s", path, json_error.line,
                              json_error.text);
    if (!json_is_object(metadata->document))
        return error_text_set(error, -EINVAL, "%s: not a JSON object", path);
    return 0;
}

int metadata_read(const char *path, struct survey_metadata *metadata, struct error_text *error)
{
    int result;

    *metadata = (struct survey_metadata){
        .layout = &layouts[LAYOUT_USUAL],
        .port = layouts[LAYOUT_USUAL].usual_port,
    };
    result = load_document(path, metadata, error);
    if (!result)
        result = check_requires(path, metadata->document, error);
    metadata->ended = json_is_integer(json_object_get(metadata->document, "end_us"));
    for (const struct metadata_field *field = metadata_fields; field->key && !result; field++)
        result = get_field(path, field, metadata, error);
    if (!result && metadata->flows > metadata->layout->max_flow((uint16_t)metadata->port) + 1)
        result = error_text_set(error, -EINVAL, "%s: key 'flows' is more than %u, the most that %s can carry",
                                path, metadata->layout->max_flow((uint16_t)metadata->port) + 1,
                                metadata->layout->name);
    if (!result)
        result = metadata_list_load(&metadata->targets, path, error);
    if (!result)
        result = metadata_list_load(&metadata->blocklist, path, error);
    if (result)
        metadata_free(metadata);
    return result;
}

void metadata_free(struct survey_metadata *metadata)
{
    free((void *)(uintptr_t)metadata->command_line.values);
    prefix_list_free(&metadata->targets.prefixes);
    prefix_list_free(&metadata->blocklist.prefixes);
    json_decref(metadata->document);
    *metadata = (struct survey_metadata){0};
}

static const struct metadata_field *find_field(const char *key)
{
    const struct metadata_field *field = metadata_fields;

    while (field->key && strcmp(field->key, key) != 0)
        field++;
    return field->key ? field : NULL;
}

json_t *metadata_pick(const struct survey_metadata *metadata, const char *const *keys)
{
    json_t *object = json_object();
    int error = !object;

    for (; !error && *keys; keys++) {
        const struct metadata_field *field = find_field(*keys);

        if (field && field->kind->encode)
            error = json_object_set_new(object, *keys,
                                        field->kind->encode((const char *)metadata + field->offset));
    }
    if (!error)
        return object;
    json_decref(object);
    return NULL;
}

/* The metadata of an unfinished file are named after its final name. */
char *metadata_path_for(const char *results)
{
    size_t length = strlen(results), cut = strlen(PART_FILE_SUFFIX);
    bool is_part = length > cut && strcmp(results + length - cut, PART_FILE_SUFFIX) == 0;
    char *path;

    return asprintf(&path, "%.*s.meta.json", (int)(is_part ? length - cut : length), results) < 0 ? NULL
                                                                                                  : path;
}
