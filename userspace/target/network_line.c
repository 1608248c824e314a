// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads entries of target/network.h that may take several words of a line. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/address_text.h"
#include "target/network.h"

enum {
    QUOTED = 40, /* characters of a word that are shown */
};

static int refuse(struct list_file *file, const char *word, int code)
{
    struct error_text error;

    network_explain(word, code, &error);
    list_file_refuse(file, "%s", error.text);
    return code;
}

/* FIRST - LAST */
static int read_range(struct list_file *file, const char *first, struct network *out, char **next)
{
    const char *last = list_file_word(file);

    *next = last ? list_file_word(file) : NULL;
    if (last && network_parse_last(last, out->first, &out->last))
        return 0;
    return list_file_refuse(file, "'%.*s - %.*s' is not a range such as 192.0.2.0-192.0.2.9", QUOTED, first,
                            QUOTED, last ? last : "");
}

/* The origin may be an empty field of CSV. */
static bool may_be_origin(const char *word)
{
    return word && (!*word || network_is_origin(word));
}

/* A netmask could be a last address, too: with 10.0.0.0 255.0.0.0 64496, that would be nearly all of the
 * Internet. */
static int refuse_netmask(struct list_file *file, const char *base, const char *mask)
{
    char text[64];

    snprintf(text, sizeof(text), "%s/%s", base, mask);
    return strcmp(base, mask) != 0 && network_has_netmask(text) ? refuse(file, text, -EINVAL) : 0;
}

/* FIRST LAST ORIGIN */
static int read_columns_of_range(struct list_file *file, const char *first, const char *last,
                                 struct network *out, char **next)
{
    int code = refuse_netmask(file, first, last);

    if (code)
        return code;
    *next = list_file_word(file);
    if (may_be_origin(*next) && network_parse_last(last, out->first, &out->last))
        return 0;
    return list_file_refuse(file,
                            "two addresses: write a range as %.*s-%.*s, and otherwise one address per line",
                            QUOTED, first, QUOTED, last);
}

/* BASE LENGTH ORIGIN */
static int read_columns_of_prefix(struct list_file *file, const char *base, const char *length,
                                  struct network *out, char **next)
{
    char text[64];

    *next = list_file_word(file);
    snprintf(text, sizeof(text), "%s/%s", base, length);
    if (may_be_origin(*next) && network_parse(text, out) == 0)
        return 0;
    return list_file_refuse(file, "'%s' behind an address: write a prefix as %s, and begin a comment with #",
                            length, text);
}

static bool is_length(const char *word, struct address base)
{
    size_t digits = strspn(word, "0123456789");

    return digits > 0 && digits <= 3 && !word[digits] && (unsigned)atoi(word) <= address_bits(base);
}

int network_read(struct list_file *file, const char *word, struct network *out, char **next)
{
    int code = network_parse(word, out);
    struct address address;

    if (code)
        return refuse(file, word, code);
    *next = list_file_word(file);
    if (!*next || strpbrk(word, "/-"))
        return 0;
    if (strcmp(*next, "-") == 0)
        return read_range(file, word, out, next);
    if (address_parse(*next, &address))
        return read_columns_of_range(file, word, *next, out, next);
    return is_length(*next, out->first) ? read_columns_of_prefix(file, word, *next, out, next) : 0;
}
