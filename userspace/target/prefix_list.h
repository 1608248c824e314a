// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Prefixes as a user gives them: on the command line, in files of targets, in blocklists. A list grows while
 * it is read (prefix_text.c, prefix_file.c) and is then normalized (prefix_list.c). target/network.h
 * describes the forms of entries, base/list_file.h those of files.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"
#include "base/error_text.h"
#include "base/list_file.h"

struct network;

/* Without padding: lists may have a hundred million entries. */
struct __attribute__((packed)) prefix {
    struct address base; /* bits beyond `length` zero */
    uint8_t length;      /* 0 … 32 of IPv4, 0 … 128 of IPv6 */
};

/* Entries that were skipped or changed when they were read, so that the user can be warned. The lines are
 * those of a file, or 0 for an argument. */
struct prefix_notes {
    struct list_note other;     /* of the family that is not read: skipped */
    struct list_note mapped;    /* ::ffff:0:0/96, which no packet has (network.h): skipped */
    struct list_note host_bits; /* cleared */
    struct list_note words;     /* text behind an entry: ignored */
};

struct prefix_list {
    struct prefix *prefixes;
    size_t count, capacity;
    enum address_family only; /* the only family that is read; 0: both are */
    struct prefix_notes notes;
};

/* prefix_last() returns the last address under `prefix`. */
static inline struct address prefix_last(struct prefix prefix)
{
    return address_last(prefix.base, prefix.length);
}

/* prefix_holds() returns true if `address` is under `prefix`, and of its family. */
static inline bool prefix_holds(struct prefix prefix, struct address address)
{
    return address_is_ipv4(address) == address_is_ipv4(prefix.base) &&
           address_under(address, prefix.base, prefix.length);
}

/* prefix_parse() reads one prefix as programs write it: "192.0.2.0/24" or "192.0.2.1". Returns 0,
 * -EAFNOSUPPORT for ::ffff:0:0/96, or -EINVAL where it is no prefix, its length is above the family's, or
 * host bits are set beyond the length. */
int prefix_parse(const char *text, struct prefix *out);

/* prefix_list_add() appends a prefix. Returns 0 or -ENOMEM. */
int prefix_list_add(struct prefix_list *list, struct prefix prefix);

/* prefix_list_wants() returns true if the list reads the network's family. */
bool prefix_list_wants(const struct prefix_list *list, const struct network *network);

/* prefix_list_add_network() appends the prefixes that make up the network. Returns 0 or -ENOMEM. */
int prefix_list_add_network(struct prefix_list *list, const struct network *network);

/*
 * prefix_list_add_text() appends the entry in `text`: a prefix, an address, or a range "192.0.2.0-192.0.2.9",
 * which is cut into prefixes. `what` names the origin of the text in errors ("argument"). Returns
 * -EAFNOSUPPORT for the family that is not read, and for ::ffff:0:0/96.
 * prefix_list_read_file() appends an entry from each line of `path` ("-": stdin). Entries of the other family
 * and ::ffff:0:0/96 are skipped and noted.
 * prefix_list_read_descriptor() does the same with an open file, which it closes. `name` is the file's name
 * in errors.
 * All return 0 or a negative errno with `error` written. Entries read before the error stay in the list.
 */
int prefix_list_add_text(struct prefix_list *list, const char *text, const char *what,
                         struct error_text *error);
int prefix_list_read_file(struct prefix_list *list, const char *path, struct error_text *error);
int prefix_list_read_descriptor(struct prefix_list *list, const char *name, int fd, struct error_text *error);

/* Siblings of up to these lengths are joined. Longer prefixes stay as given, because each is a target of its
 * own. */
struct granularity {
    unsigned ipv4, ipv6;
    bool inner; /* IPv6 prefixes within others stay, siblings too; the covering one is first */
};

#define GRANULARITY_NONE ((struct granularity){32, 128, false}) /* all siblings are joined */

/* prefix_list_normalize() sorts the list, IPv4 first. It drops prefixes that another one covers or
 * repeats, and joins siblings. */
void prefix_list_normalize(struct prefix_list *list, struct granularity granularity);

void prefix_list_free(struct prefix_list *list);
