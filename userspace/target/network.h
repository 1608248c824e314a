// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One entry of a list, in the forms that lists of targets, blocklists and tables of origins have:
 *
 *   192.0.2.1   192.0.2.0/24   192.0.2.0-192.0.2.9   192.0.2.0 - 192.0.2.9
 *   192.0.2.0 24 64496            CAIDA's pfx2as
 *   192.0.2.0 192.0.2.9 64496     iptoasn.com
 *
 *   TABLE_DUMP2|…|192.0.2.0/24|…  bgpdump -m (route_line.h)
 *
 * and in the same of IPv6. Bits beyond the prefix length do not count: 192.0.2.1/24 is 192.0.2.0/24, as zmap,
 * masscan and nmap take it. Two columns that might be one entry or two, or none, are refused: in a blocklist
 * a guess may send packets where none must go.
 *
 * IPv4-mapped addresses of IPv6 (RFC 4291, section 2.5.5.2) are IPv4. All of them, ::ffff:0:0/96, stand in
 * lists of special ranges and mean what no packet has, not all of IPv4. Longer ranges of IPv6 hold them, but
 * no address of IPv4: a family is never a part of the other.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"
#include "base/error_text.h"
#include "base/list_file.h"

struct network {
    struct address first, last; /* its family is that of `first` */
    bool host_bits;             /* were given */
};

/* network_parse() reads an entry of one word: 0, -EAFNOSUPPORT for ::ffff:0:0/96, or -EINVAL. */
int network_parse(const char *text, struct network *out);

/* network_parse_last() reads the last address of a range that begins at `first`: false where it is none, of
 * the other family, or below. */
bool network_parse_last(const char *text, struct address first, struct address *last);

/* network_explain() writes why `text`, refused with `code`, is wrong, and what would be right. Returns
 * `code`. */
int network_explain(const char *text, int code, struct error_text *error);

/* network_read() reads an entry from the present line of `file`, whose first word has been taken; `next` is
 * the word that follows the entry, or NULL. As network_parse(), with the file's error written. */
int network_read(struct list_file *file, const char *word, struct network *out, char **next);

/* network_is_origin(): `word` has the form of AS numbers: 64496, AS64496, 64496_64497, {64496,64497}. */
bool network_is_origin(const char *word);
