// SPDX-License-Identifier: GPL-2.0-or-later
#include "target/named_prefixes.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/unpacked_file.h"
#include "target/network.h"

enum {
    FIRST_SIZE = 1 << 16,
    SIZE_MOST = 1 << 28, /* all of PeeringDB is 70 MB */
    NAME_SIZE = 40,
};

static int add_network(struct asn_table *table, const char *text, const char *name)
{
    struct prefix_list prefixes = {0};
    struct network network;

    if (!text || network_parse(text, &network))
        return -EINVAL;
    int code = prefix_list_add_network(&prefixes, &network);

    for (size_t i = 0; i < prefixes.count && !code; i++)
        code = asn_table_add_text(table, prefixes.prefixes[i], name);
    prefix_list_free(&prefixes);
    return code;
}

static int add_list(struct asn_table *table, const json_t *list, const char *name)
{
    int code = 0;

    for (size_t i = 0; i < json_array_size(list) && !code; i++)
        code = add_network(table, json_string_value(json_array_get(list, i)), name);
    return code;
}

/* Returns the name that a dump gives to the exchange whose LAN has this number, or NULL where it gives
 * none. */
static const char *name_in(const json_t *dump, json_int_t number)
{
    const json_t *list = json_object_get(json_object_get(dump, "ix"), "data");

    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *exchange = json_array_get(list, i);

        if (json_integer_value(json_object_get(exchange, "id")) == number)
            return json_string_value(json_object_get(exchange, "name"));
    }
    return NULL;
}

static int add_lans(struct asn_table *table, const json_t *dump, const json_t *lans)
{
    int code = json_is_array(lans) ? 0 : -EINVAL;

    for (size_t i = 0; i < json_array_size(lans) && !code; i++) {
        const json_t *lan = json_array_get(lans, i);
        json_int_t number = json_integer_value(json_object_get(lan, "ixlan_id"));
        const char *name = name_in(dump, number);
        char text[NAME_SIZE];

        snprintf(text, sizeof(text), "ixlan %" JSON_INTEGER_FORMAT, number);
        code = add_network(table, json_string_value(json_object_get(lan, "prefix")), name ? name : text);
    }
    return code;
}

static int add_object(struct asn_table *table, const json_t *object)
{
    const json_t *prefixes = json_object_get(object, "prefixes"), *lans = json_object_get(object, "data");
    const char *name = json_string_value(json_object_get(object, "name"));

    if (!prefixes)
        return add_lans(table, object,
                        lans ? lans : json_object_get(json_object_get(object, "ixpfx"), "data"));
    if (!name)
        return -EINVAL;
    int code = add_list(table, json_object_get(prefixes, "ipv4"), name);

    return code ? code : add_list(table, json_object_get(prefixes, "ipv6"), name);
}

static bool is_heading(const char *title)
{
    return strcasecmp(title, "prefix") == 0 || strcasecmp(title, "address") == 0;
}

/* A file with a heading alone is valid: its writer found nothing. */
static bool begins_with_heading(const char *text)
{
    return strncasecmp(text, "prefix,", 7) == 0 || strncasecmp(text, "address,", 8) == 0;
}

/* Reads a name up to the end of its line, or a name in quotes, where two quotes stand for one (RFC 4180,
 * section 2.7). */
static char *take_name(char *text)
{
    text += strspn(text, " \t");
    if (*text != '"') {
        text[strcspn(text, "\r")] = '\0';
        return text;
    }
    char *to = text;

    for (const char *from = text + 1; *from && (*from != '"' || from[1] == '"'); from++) {
        from += *from == '"';
        *to++ = *from;
    }
    *to = '\0';
    return text;
}

/* Reads PREFIX NAME. A heading is skipped. */
static int add_line(struct asn_table *table, char *line, bool first)
{
    size_t length = strcspn(line, ", \t");
    char *name = line + length + (line[length] != '\0');

    line[length] = '\0';
    name = take_name(name);
    if (!*line || (first && is_heading(line)))
        return 0;
    return *name ? add_network(table, line, name) : -EINVAL;
}

/* Reads the item that begins at `text`. `*length` receives its length. */
static int add_next(struct asn_table *table, const char *text, size_t left, bool first, size_t *length)
{
    json_error_t wrong;
    json_t *object = NULL;
    int code;

    if (*text == '{') {
        object = json_loadb(text, left, JSON_DISABLE_EOF_CHECK, &wrong);
        *length = object ? (size_t)wrong.position : 1;
        code = object ? add_object(table, object) : -EINVAL;
        json_decref(object);
        return code;
    }
    *length = strcspn(text, "\n");
    if (*text == '#')
        return 0;
    char *line = strndup(text, *length);

    code = line ? add_line(table, line, first) : -ENOMEM;
    free(line);
    return code;
}

/* Returns the whole content of a file, with a NUL behind it, or NULL after an error. */
static char *read_whole(const char *path, size_t *length, int *code)
{
    struct unpacked_file file;
    size_t size = FIRST_SIZE;
    char *text = malloc(size);
    ssize_t got = 1;

    *length = 0;
    *code = text ? unpacked_file_open(&file, path) : -ENOMEM;
    if (*code) {
        free(text);
        return NULL;
    }
    while (got > 0) {
        char *larger = *length + 1 == size ? (size < SIZE_MOST ? realloc(text, size *= 2) : NULL) : text;

        got = larger ? unpacked_file_read(&file, larger + *length, size - 1 - *length) : -EFBIG;
        text = larger ? larger : text;
        *length += got > 0 ? (size_t)got : 0;
    }
    unpacked_file_close(&file);
    *code = (int)got;
    text[*length] = '\0';
    return text;
}

static unsigned long line_of(const char *text, const char *place)
{
    unsigned long line = 1;

    for (; text < place; text++)
        line += *text == '\n';
    return line;
}

static int add_all(struct asn_table *table, const char *text, size_t size, const char *path,
                   struct error_text *error)
{
    int code = 0;

    for (size_t at = 0, length; at < size && !code; at += length) {
        length = strspn(text + at, " \t\r\n");
        if (length || !text[at])
            length += !length;
        else
            code = add_next(table, text + at, size - at, !table->count, &length);
        if (code)
            error_text_set(error, code,
                           "%s: line %lu: neither '192.0.2.0/24,NAME' nor JSON of PeeringDB or CAIDA", path,
                           line_of(text, text + at));
    }
    return code;
}

int named_prefixes_read(struct asn_table *table, const char *path, struct error_text *error)
{
    size_t size;
    int code;
    char *text = read_whole(path, &size, &code);

    if (code)
        error_text_set(error, code, "%s: cannot be read: %s", path, unpacked_file_strerror(code));
    if (!code)
        code = add_all(table, text, size, path, error);
    if (!code && !table->count && !begins_with_heading(text))
        code = error_text_set(error, -EINVAL, "%s: holds no prefix with a name", path);
    if (!code)
        code = asn_table_index(table);
    free(text);
    if (code)
        asn_table_free(table);
    return code;
}
