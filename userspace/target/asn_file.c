// SPDX-License-Identifier: GPL-2.0-or-later
/* Files of target/asn_table.h: a prefix and its origin a line. */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <zlib.h>

#include "target/asn_table.h"

enum {
    LINE_SIZE = 4096, /* the largest set of origins in a routing table has some hundred characters */
    PREFIX_SIZE = 64, /* the longest prefix in text is one of IPv6 and has 43 characters */
    QUOTED = 40,      /* characters of a wrong word that are shown */
    GZ_BUFFER = 1 << 17,
};

static const char blanks[] = " \t\r\n";

struct asn_file {
    const char *name;
    gzFile gz;
    uint64_t line;
    struct prefix_error *error;
    char text[LINE_SIZE];
};

__attribute__((format(printf, 2, 3))) static int refuse(const struct asn_file *file, const char *format, ...)
{
    char why[256];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(why, sizeof(why), format, arguments);
    va_end(arguments);
    for (char *p = why; *p; p++)
        if (!isprint((unsigned char)*p))
            *p = '?';
    snprintf(file->error->text, sizeof(file->error->text), "%s: line %" PRIu64 ": %s", file->name, file->line,
             why);
    return -EINVAL;
}

/* Takes the next word of a line; "" where there is none. */
static char *take_word(char **cursor)
{
    char *word = *cursor + strspn(*cursor, blanks);
    size_t length = strcspn(word, blanks);

    *cursor = word + length;
    if (**cursor)
        *(*cursor)++ = '\0';
    return word;
}

static bool is_ipv6(const char *word)
{
    char address[INET6_ADDRSTRLEN];
    struct in6_addr parsed;
    size_t length = strcspn(word, "/");

    if (length >= sizeof(address))
        return false;
    memcpy(address, word, length);
    address[length] = '\0';
    return inet_pton(AF_INET6, address, &parsed) == 1;
}

/* The prefix as one word, whatever the form of the line. False where it is too long to be one. */
static bool take_prefix(char **cursor, char prefix[PREFIX_SIZE])
{
    const char *base = take_word(cursor);
    const char *length = strchr(base, '/') ? NULL : take_word(cursor);

    return snprintf(prefix, PREFIX_SIZE, length && *length ? "%s/%s" : "%s", base, length) < PREFIX_SIZE;
}

/* The reader of lists of prefixes says what is wrong with one. */
static int refuse_prefix(const struct asn_file *file, const char *text)
{
    char what[sizeof(file->error->text)];
    struct prefix_list none = {0};
    int code;

    snprintf(what, sizeof(what), "%s: line %" PRIu64, file->name, file->line);
    code = prefix_list_add_text(&none, text, what, file->error);
    prefix_list_free(&none);
    return code ? code : refuse(file, "'%s' is not a prefix such as 192.0.2.0/24", text);
}

static int add_line(struct asn_table *table, const struct asn_file *file, char *line)
{
    char text[PREFIX_SIZE];
    struct prefix prefix;
    bool short_enough = take_prefix(&line, text);
    const char *origin;
    int code;

    if (is_ipv6(text)) {
        table->ipv6_skipped++;
        return 0;
    }
    if (!short_enough || !strchr(text, '/') || prefix_parse(text, &prefix))
        return refuse_prefix(file, text);
    origin = take_word(&line);
    if (!*origin || *take_word(&line))
        return refuse(file, "%s after the prefix; '192.0.2.0/24 64496' is expected",
                      *origin ? "more than one word" : "nothing");
    code = asn_table_add(table, prefix, origin);
    if (code == -EINVAL)
        return refuse(file, "'%.*s' is not an AS number such as 64496, nor several such as 64496_64497",
                      QUOTED, origin);
    return code;
}

static int explain_end(const struct asn_file *file)
{
    int code = Z_OK;
    const char *why = gzerror(file->gz, &code);

    if (code == Z_OK || code == Z_STREAM_END)
        return 0;
    snprintf(file->error->text, sizeof(file->error->text), "%s: cannot be read beyond line %" PRIu64 ": %s",
             file->name, file->line,
             code == Z_ERRNO       ? strerror(errno)
             : code == Z_BUF_ERROR ? "the compressed file is cut short"
                                   : why);
    return -EINVAL;
}

static int read_lines(struct asn_table *table, struct asn_file *file)
{
    while (gzgets(file->gz, file->text, sizeof(file->text))) {
        bool whole = strchr(file->text, '\n') || gzeof(file->gz);
        int code = 0;

        file->line++;
        if (!whole)
            return refuse(file, "is no text, or longer than %d characters", LINE_SIZE - 2);
        file->text[strcspn(file->text, "#")] = '\0';
        if (file->text[strspn(file->text, blanks)])
            code = add_line(table, file, file->text);
        if (code)
            return code;
    }
    return explain_end(file);
}

static int check_contents(const struct asn_table *table, const struct asn_file *file)
{
    if (table->count)
        return 0;
    snprintf(file->error->text, sizeof(file->error->text), "%s: holds no IPv4 prefix%s", file->name,
             table->ipv6_skipped ? ", and IPv6 is not supported yet"
                                 : "; lines such as '192.0.2.0/24 64496' are expected");
    return -EINVAL;
}

/* zlib takes what is not compressed as it is. */
static gzFile open_file(const char *path)
{
    int fd = -1;
    gzFile gz;

    if (strcmp(path, "-") != 0)
        return gzopen(path, "rbe");
    fd = dup(STDIN_FILENO);
    gz = fd < 0 ? NULL : gzdopen(fd, "rb");
    if (!gz && fd >= 0)
        close(fd);
    return gz;
}

int asn_table_read_file(struct asn_table *table, const char *path, struct prefix_error *error)
{
    struct asn_file file = {.name = strcmp(path, "-") == 0 ? "stdin" : path, .error = error};
    int code;

    errno = 0;
    error->text[0] = '\0';
    file.gz = open_file(path);
    if (!file.gz) {
        code = errno ? -errno : -ENOMEM;
        snprintf(error->text, sizeof(error->text), "%s: %s", file.name, strerror(-code));
        return code;
    }
    gzbuffer(file.gz, GZ_BUFFER);
    code = read_lines(table, &file);
    if (!code)
        code = check_contents(table, &file);
    if (!code)
        code = asn_table_index(table);
    if (code && !error->text[0])
        snprintf(error->text, sizeof(error->text), "%s: %s", file.name, strerror(-code));
    if (code)
        asn_table_free(table);
    gzclose(file.gz);
    return code;
}
