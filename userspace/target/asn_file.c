// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads files for target/asn_table.h: a network and its origin per line. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "target/asn_table.h"
#include "target/network.h"
#include "target/route_line.h"

enum {
    QUOTED = 40, /* characters of a wrong word that are shown */
};

/* Copies an origin without the braces in which routers print aggregated sets (RFC 4271, section 4.3), and without
 * the brackets of confederations (RFC 5065, section 3). */
static void strip_braces(const char *origin, char out[LIST_LINE_SIZE])
{
    char *to = out;

    for (const char *from = origin; *from; from++)
        if (!strchr("{}()[]", *from))
            *to++ = *from;
    *to = '\0';
}

static bool is_number(const char *word)
{
    return word[strspn(word, "0123456789")] == '\0';
}

static int refuse_network(struct list_file *file, const char *word)
{
    return list_file_refuse(file, "'%.*s' is not a prefix such as 192.0.2.0/24", QUOTED, word);
}

/* A prefix with the origin AS 0 is announced by no network (RFC 7607). */
static int add_origin(struct asn_table *table, struct list_file *file, const struct network *network,
                      const char *given)
{
    struct prefix_list prefixes = {0};
    char origin[LIST_LINE_SIZE];
    int code = 0;

    strip_braces(given, origin);
    if (strcmp(origin, "0") == 0)
        return 0;
    if (prefix_list_add_network(&prefixes, network))
        code = -ENOMEM;
    for (size_t i = 0; i < prefixes.count && !code; i++)
        code = asn_table_add(table, prefixes.prefixes[i], origin);
    prefix_list_free(&prefixes);
    if (code == -EINVAL)
        return list_file_refuse(
            file, "'%.*s' is not an AS number such as 64496, nor several such as 64496_64497", QUOTED, given);
    if (code)
        list_file_refuse(file, "out of memory");
    return code;
}

/* Reads NETWORK ORIGIN, with further words about the origin, its name first. A second number is refused,
 * because it would leave open which of the two announces the network. An empty field of CSV says that no
 * origin is known. */
static int add_network_first(struct asn_table *table, struct list_file *file, char *word)
{
    struct network network;
    char *origin;
    int code = network_read(file, word, &network, &origin);

    if (code == -EAFNOSUPPORT) {
        list_note_add(&table->mapped, file->line);
        return 0;
    }
    if (code)
        return code;
    if (file->commas && (!origin || !*origin))
        return 0;
    if (!origin)
        return list_file_refuse(file, "nothing after the prefix; '192.0.2.0/24 64496' is expected");
    const char *next = file->commas ? NULL : list_file_word(file);
    if (next && is_number(next))
        return list_file_refuse(file, "a second number after the prefix; '192.0.2.0/24 64496' is expected");
    if (network.host_bits)
        list_note_add(&table->host_bits, file->line);
    return add_origin(table, file, &network, origin);
}

/* Reads ORIGIN NETWORK and the number of peers that see it, as RIPE's RIS writes it. */
static int add_origin_first(struct asn_table *table, struct list_file *file, char *origin)
{
    const char *word = list_file_word(file);
    struct network network;
    int code = word ? network_parse(word, &network) : -EINVAL;

    if (code == -EAFNOSUPPORT) {
        list_note_add(&table->mapped, file->line);
        return 0;
    }
    return code ? refuse_network(file, origin) : add_origin(table, file, &network, origin);
}

/* Routes without an origin are the neighbour's own, and are skipped. */
static int add_route(struct asn_table *table, struct list_file *file, const struct network *network,
                     char *origin)
{
    return *origin ? add_origin(table, file, network, origin) : 0;
}

static int add_line(void *context, struct list_file *file)
{
    struct asn_table *table = context;
    struct network network;
    char *origin;
    int route = route_line_read(file, &network, &origin);

    if (route != ROUTE_LINE_OTHER)
        return route == ROUTE_LINE_ENTRY   ? add_route(table, file, &network, origin)
               : route == ROUTE_LINE_EMPTY ? 0
                                           : route;

    char *word = list_file_word(file);
    if (!word || list_file_is_heading(file, word))
        return 0;
    return network_is_origin(word) ? add_origin_first(table, file, word)
                                   : add_network_first(table, file, word);
}

static int refuse_empty(struct list_file *file)
{
    return error_text_set(&file->error, -EINVAL,
                          "%s: holds no prefix; lines such as '192.0.2.0/24 64496' are expected", file->name);
}

int asn_table_read_file(struct asn_table *table, const char *path, struct error_text *error)
{
    struct list_file file;
    int code = list_file_read(&file, path, add_line, table);

    if (!code && !table->count)
        code = refuse_empty(&file);
    if (!code && asn_table_index(table))
        code = list_file_refuse(&file, "out of memory");
    if (!code)
        return 0;
    *error = file.error;
    asn_table_free(table);
    return code;
}
