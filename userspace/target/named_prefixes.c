// SPDX-License-Identifier: GPL-2.0-or-later
#include "target/named_prefixes.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/line_reader.h"
#include "base/unpacked_file.h"
#include "target/network.h"

enum {
    FIRST_SIZE = 1 << 16,
    SIZE_MOST = 1 << 28, /* all of PeeringDB is 70 MB */
    NAME_SIZE = 40,
};

struct reader {
    struct asn_table *table;
    uint64_t line;  /* number of the present line */
    bool first;     /* nothing but comments came before it */
    bool has_title; /* the first line is a heading */
};

static int add_network(struct reader *reader, const char *text, const char *name)
{
    struct prefix_list prefixes = {0};
    struct network network;
    int code = text ? network_parse(text, &network) : -EINVAL;

    if (code == -EAFNOSUPPORT) {
        list_note_add(&reader->table->mapped, reader->line);
        return 0;
    }
    if (code)
        return code;
    if (network.host_bits)
        list_note_add(&reader->table->host_bits, reader->line);
    code = prefix_list_add_network(&prefixes, &network);
    for (size_t i = 0; i < prefixes.count && !code; i++)
        code = asn_table_add_text(reader->table, prefixes.prefixes[i], name);
    prefix_list_free(&prefixes);
    return code;
}

static int add_list(struct reader *reader, const json_t *list, const char *name)
{
    int code = 0;

    for (size_t i = 0; i < json_array_size(list) && !code; i++)
        code = add_network(reader, json_string_value(json_array_get(list, i)), name);
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

static int add_lans(struct reader *reader, const json_t *dump, const json_t *lans)
{
    int code = json_is_array(lans) ? 0 : -EINVAL;

    for (size_t i = 0; i < json_array_size(lans) && !code; i++) {
        const json_t *lan = json_array_get(lans, i);
        json_int_t number = json_integer_value(json_object_get(lan, "ixlan_id"));
        const char *name = name_in(dump, number);
        char text[NAME_SIZE];

        snprintf(text, sizeof(text), "ixlan %" JSON_INTEGER_FORMAT, number);
        code = add_network(reader, json_string_value(json_object_get(lan, "prefix")), name ? name : text);
    }
    return code;
}

static int add_object(struct reader *reader, const json_t *object)
{
    const json_t *prefixes = json_object_get(object, "prefixes"), *lans = json_object_get(object, "data");
    const char *name = json_string_value(json_object_get(object, "name"));

    if (!prefixes)
        return add_lans(reader, object,
                        lans ? lans : json_object_get(json_object_get(object, "ixpfx"), "data"));
    if (!name)
        return -EINVAL;
    int code = add_list(reader, json_object_get(prefixes, "ipv4"), name);

    return code ? code : add_list(reader, json_object_get(prefixes, "ipv6"), name);
}

/* The name of a column: an address has digits, dots or colons. */
static bool is_title(const char *word, bool csv)
{
    if (!csv)
        return strcasecmp(word, "prefix") == 0 || strcasecmp(word, "address") == 0;
    return isalpha((unsigned char)word[0]) &&
           strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_") == strlen(word);
}

/* Takes a field that begins at `*cursor`: up to one of `ends`, or in quotes, where two quotes stand for one
 * (RFC 4180, section 2.7). `*cursor` is set to what follows. Returns the field, which replaces the text. */
static char *take_field(char **cursor, const char *ends)
{
    char *field = *cursor + strspn(*cursor, " \t"), *to = field, *from = field + 1;

    if (*field != '"') {
        size_t length = strcspn(field, ends);

        *cursor = field + length + (field[length] != '\0');
        while (length && strchr(" \t", field[length - 1]))
            length--;
        field[length] = '\0';
        return field;
    }
    for (; *from && (*from != '"' || from[1] == '"'); from++) {
        from += *from == '"';
        *to++ = *from;
    }
    from += *from != '\0';
    *cursor = from + strspn(from, " \t");
    *cursor += **cursor == ',';
    *to = '\0';
    return field;
}

static bool is_csv(const char *line)
{
    return *line == '"' || line[strcspn(line, ", \t")] == ',';
}

/* Reads PREFIX NAME. Headings, and fields of CSV without a name, are skipped. */
static int add_line(struct reader *reader, char *line)
{
    bool csv = is_csv(line);
    const char *prefix = take_field(&line, ", \t"), *name = take_field(&line, "");

    if (reader->first && is_title(prefix, csv)) {
        reader->has_title = true;
        return 0;
    }
    if (!*name)
        return csv ? 0 : -EINVAL;
    return add_network(reader, prefix, name);
}

/* A comment begins with one of these: see base/list_file.h. */
static bool is_comment(const char *text)
{
    return *text == '#' || *text == ';' || *text == '%' || strncmp(text, "//", 2) == 0;
}

/* Reads one line without its newline. */
static int add_text(struct reader *reader, const char *text, size_t length)
{
    while (length && strchr(" \t\r", text[length - 1]))
        length--;
    if (memchr(text, '\r', length) || memchr(text, '\0', length))
        return -EINVAL;
    char *line = strndup(text, length);
    int code = line ? add_line(reader, line) : -ENOMEM;

    free(line);
    return code;
}

/* Reads the item that begins at `text`. `*length` receives its length. */
static int add_next(struct reader *reader, const char *text, size_t left, size_t *length)
{
    const char *end = memchr(text, '\n', left);
    json_error_t wrong;
    int code;

    *length = end ? (size_t)(end - text) : left;
    if (is_comment(text))
        return 0;
    if (*text == '{') {
        json_t *object = json_loadb(text, left, JSON_DISABLE_EOF_CHECK, &wrong);

        code = object ? add_object(reader, object) : -EINVAL;
        *length = object ? (size_t)wrong.position : *length;
        json_decref(object);
    } else {
        code = add_text(reader, text, *length);
    }
    reader->first = false;
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

static uint64_t count_lines(const char *text, size_t length)
{
    uint64_t count = 0;

    for (size_t i = 0; i < length; i++)
        count += text[i] == '\n';
    return count;
}

static int add_all(struct reader *reader, const char *text, size_t size, const char *path,
                   struct error_text *error)
{
    size_t at, length;
    int code = line_reader_mark(text, size, &at);

    if (code)
        return error_text_set(error, -EINVAL, "%s: %s", path, line_reader_strerror(code));
    for (; at < size && !code; at += length) {
        length = strspn(text + at, " \t\r\n");
        if (!length)
            code = add_next(reader, text + at, size - at, &length);
        if (code)
            error_text_set(error, code,
                           "%s: line %" PRIu64 ": neither '192.0.2.0/24,NAME' nor JSON of PeeringDB or CAIDA",
                           path, reader->line);
        reader->line += count_lines(text + at, length);
    }
    return code;
}

/* A file with a heading alone is valid: its writer found nothing. */
int named_prefixes_read(struct asn_table *table, const char *path, struct error_text *error)
{
    struct reader reader = {.table = table, .line = 1, .first = true};
    size_t size;
    int code;
    char *text = read_whole(path, &size, &code);

    if (code)
        error_text_set(error, code, "%s: cannot be read: %s", path, unpacked_file_strerror(code));
    if (!code)
        code = add_all(&reader, text, size, path, error);
    if (!code && !table->count && !reader.has_title)
        code = error_text_set(error, -EINVAL, "%s: holds no prefix with a name", path);
    if (!code)
        code = asn_table_index(table);
    free(text);
    if (code)
        asn_table_free(table);
    return code;
}
