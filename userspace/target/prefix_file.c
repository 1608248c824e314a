// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads files for target/prefix_list.h: one entry per line. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "target/network.h"
#include "target/prefix_list.h"
#include "target/route_line.h"

enum {
    QUOTED = 40, /* characters of a word that are shown */
};

static bool consists_of(const char *word, const char *characters)
{
    return word[strspn(word, characters)] == '\0';
}

/* Digits with a slash or several dots, or with colons and either a slash or two colons in a row (times and
 * Ethernet addresses have neither). A word like that, if it is no entry, was probably meant to be one. */
static bool looks_like_entry(const char *word)
{
    const char *dot = strchr(word, '.'), *colon = strchr(word, ':');
    struct network network;

    if (network_parse(word, &network) != -EINVAL)
        return true;
    if (colon)
        return consists_of(word, "0123456789abcdefABCDEF:./-") && (strchr(word, '/') || strstr(word, "::"));
    return consists_of(word, "0123456789./-") && (strchr(word, '/') || (dot && strchr(dot + 1, '.')));
}

/* An entry may be followed by anything but another entry, which would be lost. */
static int check_rest(struct prefix_list *list, struct list_file *file, const char *word)
{
    while (word && !*word)
        word = list_file_word(file);
    if (word && !network_is_origin(word))
        list_note_add(&list->notes.words, file->line);
    for (; word; word = list_file_word(file))
        if (looks_like_entry(word))
            return list_file_refuse(
                file, "'%.*s' is a second entry; one address or prefix a line is expected", QUOTED, word);
    return 0;
}

/* The name of a column, above the lines of a file with one column. zmap writes "saddr". */
static bool is_title(const struct list_file *file, const char *word)
{
    static const char *const titles[] = {"saddr",  "daddr",   "ip",      "ipv4", "ipv6",
                                         "addr",   "address", "prefix",  "cidr", "network",
                                         "target", "subnet",  "netblock"};

    for (size_t i = 0; file->first && i < sizeof(titles) / sizeof(titles[0]); i++)
        if (strcasecmp(word, titles[i]) == 0)
            return true;
    return list_file_is_heading(file, word);
}

static int add_network(struct prefix_list *list, struct list_file *file, const struct network *network)
{
    if (!prefix_list_wants(list, network)) {
        list_note_add(&list->notes.other, file->line);
        return 0;
    }
    if (network->host_bits)
        list_note_add(&list->notes.host_bits, file->line);
    return prefix_list_add_network(list, network) ? list_file_refuse(file, "out of memory") : 0;
}

/* Tables have a line per neighbour, and all lines of a prefix follow each other. */
static int add_route(struct prefix_list *list, struct list_file *file, const struct network *network)
{
    const struct prefix *before = list->count ? &list->prefixes[list->count - 1] : NULL;

    if (before && address_equal(before->base, network->first) &&
        address_equal(prefix_last(*before), network->last))
        return 0;
    return add_network(list, file, network);
}

static int add_line(void *context, struct list_file *file)
{
    struct prefix_list *list = context;
    struct network network;
    char *next;
    int route = route_line_read(file, &network, &next);

    if (route != ROUTE_LINE_OTHER)
        return route == ROUTE_LINE_ENTRY   ? add_route(list, file, &network)
               : route == ROUTE_LINE_EMPTY ? 0
                                           : route;

    const char *word = list_file_word(file);
    if (!word || is_title(file, word))
        return 0;
    int code = network_read(file, word, &network, &next);
    if (code == -EAFNOSUPPORT) {
        list_note_add(&list->notes.mapped, file->line);
        return 0;
    }
    if (!code)
        code = check_rest(list, file, next);
    return code ? code : add_network(list, file, &network);
}

int prefix_list_read_file(struct prefix_list *list, const char *path, struct error_text *error)
{
    struct list_file file;
    int code = list_file_read(&file, path, add_line, list);

    if (code)
        *error = file.error;
    return code;
}

int prefix_list_read_descriptor(struct prefix_list *list, const char *name, int fd, struct error_text *error)
{
    struct list_file file;
    int code = list_file_adopt(&file, name, fd);

    if (!code)
        code = list_file_read_rest(&file, add_line, list);
    if (code)
        *error = file.error;
    return code;
}
