// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One entry of a list. Lists of targets, blocklists and tables of origins have entries in these forms:
 *
 *   192.0.2.1   192.0.2.0/24   192.0.2.0-192.0.2.9   192.0.2.0 - 192.0.2.9
 *   192.0.2.0 24 64496            CAIDA's pfx2as
 *   192.0.2.0 192.0.2.9 64496     iptoasn.com; but no netmask in place of the last address
 *
 *   TABLE_DUMP2|…|192.0.2.0/24|…  bgpdump -m (route_line.h)
 *
 * and the same for IPv6. Bits beyond the prefix length do not count: 192.0.2.1/24 is 192.0.2.0/24, as in
 * zmap, masscan and nmap. Two columns that could be one entry, two entries or none are refused: with a
 * blocklist, a guess could send packets where none may go.
 *
 * IPv4-mapped addresses of IPv6 (RFC 4291, section 2.5.5.2) are read as IPv4. The prefix of all of them,
 * ::ffff:0:0/96, appears in lists of special ranges. It means addresses that no packet has, not all of IPv4.
 * Longer ranges of IPv6 include it, but no address of IPv4: one family is never a part of the other.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"
#include "base/error_text.h"
#include "base/list_file.h"

struct network {
    struct address first, last; /* the family is that of `first` */
    bool host_bits;             /* were given, and are cleared */
};

/* network_parse() reads an entry of one word. Returns 0, -EAFNOSUPPORT for ::ffff:0:0/96, or -EINVAL. */
int network_parse(const char *text, struct network *out);

/* network_parse_last() reads the last address of a range that begins at `first`. Returns false where it is
 * no address, is of the other family, or is below `first`. */
bool network_parse_last(const char *text, struct address first, struct address *last);

/* network_has_netmask() returns whether `text` is an address and a netmask shorter than 32 bits, such as
 * 192.0.2.0/255.255.255.0. */
bool network_has_netmask(const char *text);

/* network_explain() writes why `text`, refused with `code`, is wrong, and which form would be right.
 * Returns `code`. */
int network_explain(const char *text, int code, struct error_text *error);

/* network_read() reads an entry from the present line of `file`, whose first word `word` has been taken.
 * `next` receives the word that follows the entry, or NULL. Returns as network_parse(), with `file`'s
 * error written. */
int network_read(struct list_file *file, const char *word, struct network *out, char **next);

/* network_is_origin() returns true if `word` has the form of AS numbers: 64496, AS64496, 64496_64497,
 * {64496,64497}. */
bool network_is_origin(const char *word);
