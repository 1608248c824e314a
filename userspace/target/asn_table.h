// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which autonomous system announces an address: a table of prefixes and their origins. It is read from a file, and
 * then searched for the longest prefix that holds an address.
 *
 *   entries   sorted by base, then by length: 10/8   10.1/16   10.1.1/24   10.2/16   11/8   2001::/16
 *   parent    the longest other prefix that       -     0          1          0       -        -
 *             holds this one
 *
 * The last entry whose base is not above the address lies within every prefix that holds the address. So the
 * search goes from there to parent after parent, and the first that holds the address is the longest. An entry
 * takes 32 bytes. A table of the whole Internet, with a million prefixes of IPv4 and 200,000 of IPv6, takes 38 MB.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "address.h"
#include "base/error_text.h"
#include "target/prefix_list.h"

enum {
    ASN_TEXT_SIZE = 11, /* "4294967295" and its NUL */
};

struct asn_entry {
    struct address base;
    uint32_t parent; /* index + 1, 0: none */
    uint32_t origin; /* a number; with `several`, the offset of a text */
    uint8_t length;
    bool several;
};

struct asn_table {
    struct asn_entry *entries;
    size_t count, capacity;
    char *texts; /* "4777_2497" and the like, each with its NUL */
    size_t texts_size, texts_capacity;
    size_t crowded;                     /* origins left out because those of their prefix already take 4 kB */
    struct list_note mapped, host_bits; /* lines that were skipped; that had host bits */
};

/*
 * asn_table_add() appends a prefix and its origin in the form that files have: a number, or several joined by '_'
 * (each announces the prefix) or ',' (an aggregated set). "AS3333" is accepted, too. Returns 0, -EINVAL where
 * `origin` is none of these, or -ENOMEM.
 * asn_table_add_text() appends a prefix with any text in place of its origin, for a table of names.
 *
 * asn_table_index() prepares look-ups, after the last prefix. Where several lines give one prefix, it joins their
 * origins by '_'. Returns 0 or -ENOMEM.
 */
int asn_table_add(struct asn_table *table, struct prefix prefix, const char *origin);
int asn_table_add_text(struct asn_table *table, struct prefix prefix, const char *text);
int asn_table_index(struct asn_table *table);

/*
 * asn_table_read_file() fills an empty table from `path` ("-": stdin) and prepares look-ups. It accepts the
 * following lines, also mixed, and as CSV; base/list_file.h says what else a file may hold:
 *
 *     192.0.2.0 24 64496                CAIDA's pfx2as
 *     192.0.2.0/24 64496 [NAME…]        pyasn, bgp.tools, MaxMind
 *     192.0.2.0 192.0.2.255 64496 …     iptoasn.com; 0: not announced
 *     64496 192.0.2.0/24 …              RIPE's RIS
 *     TABLE_DUMP2|…|192.0.2.0/24|64496… bgpdump -m (route_line.h)
 *
 * Lines of ::ffff:0:0/96 (network.h) are skipped and noted. Returns 0 or a negative errno with `error` written;
 * the table is then empty.
 */
int asn_table_read_file(struct asn_table *table, const char *path, struct error_text *error);

/* asn_table_find() returns the entry of the longest prefix that holds `address`, or NULL where there is none. */
const struct asn_entry *asn_table_find(const struct asn_table *table, struct address address);

/* asn_text() returns the origin of `address`, "3333" or "4777_2497": in `text`, or a text of the table. Returns
 * NULL where no prefix holds the address, or `table` is NULL. */
const char *asn_text(const struct asn_table *table, struct address address, char text[ASN_TEXT_SIZE]);

/* asn_table_free() leaves an empty table. */
void asn_table_free(struct asn_table *table);
