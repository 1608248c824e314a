// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Prefixes as a user gives them: on the command line, in files of targets, in blocklists. A list grows while
 * it is read (prefix_text.c, prefix_file.c) and is then normalized (prefix_list.c). target/network.h has the
 * forms of entries, base/list_file.h those of files.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"
#include "base/error_text.h"
#include "base/list_file.h"

struct network;

/* Without padding: lists have a hundred million. */
struct __attribute__((packed)) prefix {
    struct address base; /* bits beyond `length` zero */
    uint8_t length;      /* 0 … 32 of IPv4, 0 … 128 of IPv6 */
};

/* What was read otherwise than it stands there, for whoever must tell the user. The lines are those of a
 * file, 0 for an argument. */
struct prefix_notes {
    struct list_note other;     /* of the family that is not wanted: skipped */
    struct list_note mapped;    /* ::ffff:0:0/96, which no packet has (network.h): skipped */
    struct list_note host_bits; /* cleared */
    struct list_note words;     /* behind an entry: not looked at */
};

struct prefix_list {
    struct prefix *prefixes;
    size_t count, capacity;
    enum address_family only; /* none other is read; 0: both are */
    struct prefix_notes notes;
};

/* prefix_last() is the last address under `prefix`. */
static inline struct address prefix_last(struct prefix prefix)
{
    return address_last(prefix.base, prefix.length);
}

/* prefix_holds() says whether `address` is under `prefix`, and of its family. */
static inline bool prefix_holds(struct prefix prefix, struct address address)
{
    return address_is_ipv4(address) == address_is_ipv4(prefix.base) &&
           address_under(address, prefix.base, prefix.length);
}

/* prefix_parse() reads one prefix as programs write it: "192.0.2.0/24" or "192.0.2.1". Returns 0,
 * -EAFNOSUPPORT for ::ffff:0:0/96, or -EINVAL: not one at all, a length above the family's, host bits set
 * beyond the length. */
int prefix_parse(const char *text, struct prefix *out);

/* prefix_list_add() appends; 0 or -ENOMEM. */
int prefix_list_add(struct prefix_list *list, struct prefix prefix);

/* prefix_list_wants() says whether the network's family is. */
bool prefix_list_wants(const struct prefix_list *list, const struct network *network);

/* prefix_list_add_network() appends the prefixes that make up the network; 0 or -ENOMEM. */
int prefix_list_add_network(struct prefix_list *list, const struct network *network);

/*
 * prefix_list_add_text() appends what `text` says: a prefix, an address, or a range "192.0.2.0-192.0.2.9",
 * which is cut into prefixes. `what` names its origin in the error ("argument"). The family that is not
 * wanted, and ::ffff:0:0/96, are -EAFNOSUPPORT.
 * prefix_list_read_file() appends an entry of each line from `path`, "-" being stdin. These two are skipped
 * there and noted.
 * prefix_list_read_descriptor() does so from an open file, which it closes; `name` is what errors call it.
 * All return 0 or a negative errno with `error` written; what was read before the error stays in the list.
 */
int prefix_list_add_text(struct prefix_list *list, const char *text, const char *what,
                         struct error_text *error);
int prefix_list_read_file(struct prefix_list *list, const char *path, struct error_text *error);
int prefix_list_read_descriptor(struct prefix_list *list, const char *name, int fd, struct error_text *error);

/* How long siblings may be that are joined: longer prefixes stay as given, since each is a target of its
 * own. */
struct granularity {
    unsigned ipv4, ipv6;
    bool inner; /* prefixes of IPv6 within others stay, and siblings too: what covers others is before them */
};

#define GRANULARITY_NONE ((struct granularity){32, 128, false}) /* all are joined */

/* prefix_list_normalize() sorts, IPv4 first, drops what another prefix covers or is there twice, and joins
 * siblings. */
void prefix_list_normalize(struct prefix_list *list, struct granularity granularity);

void prefix_list_free(struct prefix_list *list);
