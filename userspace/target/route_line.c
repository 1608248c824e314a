// SPDX-License-Identifier: GPL-2.0-or-later
#include "target/route_line.h"

#include <string.h>

/* The fields of bgpdump -m that are used, counted from 0. Where neighbours send several routes for a prefix
 * (RFC 7911), the number of the route is before its path. */
enum {
    TYPE,
    KIND = 2, /* B in a table; A, W or STATE in updates */
    NETWORK = 5,
    PATH = 6,
    PATH_BEHIND_NUMBER,
    FIELDS,
    QUOTED = 40, /* characters of a field that are shown */
};

static bool is_route(const char *line)
{
    return strncmp(line, "TABLE_DUMP", strlen("TABLE_DUMP")) == 0 ||
           strncmp(line, "BGP4MP", strlen("BGP4MP")) == 0;
}

/* Splits the line. Returns the number of fields that are used and present. */
static size_t split(char *line, char *fields[FIELDS])
{
    size_t count = 0;

    for (char *field; count < FIELDS && (field = strsep(&line, "|")); count++)
        fields[count] = field;
    return count;
}

static bool has_numbered_routes(const char *type)
{
    size_t length = strlen(type);

    return length > 3 && strcmp(type + length - 3, "_AP") == 0;
}

static bool announces(const char *kind)
{
    return strcmp(kind, "B") == 0 || strcmp(kind, "A") == 0;
}

/* The last AS of the path announces the prefix (RFC 4271, section 5.1.2). */
static char *last_of(char *path)
{
    char *blank;

    for (char *end = path + strlen(path); end > path && end[-1] == ' ';)
        *--end = '\0';
    blank = strrchr(path, ' ');
    return blank ? blank + 1 : path;
}

int route_line_read(struct list_file *file, struct network *out, char **origin)
{
    char *fields[FIELDS];

    if (!strchr(file->cursor, '|') || !is_route(file->cursor))
        return ROUTE_LINE_OTHER;

    size_t count = split(file->cursor, fields);
    if (count <= KIND)
        return list_file_refuse(file, "a line of 'bgpdump -m' that ends too early");
    if (!announces(fields[KIND]))
        return ROUTE_LINE_EMPTY;
    size_t path = has_numbered_routes(fields[TYPE]) ? PATH_BEHIND_NUMBER : PATH;

    if (count <= path)
        return list_file_refuse(file, "a line of 'bgpdump -m' that ends too early");
    if (network_parse(fields[NETWORK], out))
        return list_file_refuse(file, "'%.*s' is not a prefix such as 192.0.2.0/24", QUOTED, fields[NETWORK]);
    *origin = last_of(fields[path]);
    return ROUTE_LINE_ENTRY;
}
