// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which autonomous system announces an address: a table of prefixes and their origins, read from a file and
 * then searched for the longest prefix that holds an address.
 *
 *   entries   sorted by base, then by length: 10/8   10.1/16   10.1.1/24   10.2/16   11/8   2001::/16
 *   parent    the longest other prefix that       -     0          1          0       -        -
 *             holds this one
 *
 * The last entry whose base is not above the address lies within every prefix that holds the address. So the
 * first that holds it, on the way up from there, is the longest. An entry takes 32 bytes: a table of the
 * whole Internet, a million prefixes of IPv4 and a fifth of that of IPv6, 38 MB.
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
    uint32_t origin; /* a number, or with `several` the place of a text */
    uint8_t length;
    bool several;
};

struct asn_table {
    struct asn_entry *entries;
    size_t count, capacity;
    char *texts; /* "4777_2497" and the like, each with its NUL */
    size_t texts_size, texts_capacity;
    size_t crowded; /* entries that were left out, since their prefixes have 4 kB of others */
    struct list_note mapped, host_bits; /* lines of a file that were skipped, whose host bits were cleared */
};

/*
 * asn_table_add() appends a prefix and its origin as files write it: a number, or several joined by '_' (each
 * announces the prefix) or ',' (a set that was aggregated). "AS3333" is taken too. Returns 0, -EINVAL where
 * `origin` is none of these, or -ENOMEM.
 * asn_table_add_text() appends a prefix with any text in the place of its origin: a table of names.
 *
 * asn_table_index() prepares the look-ups after the last of them, and joins what was said of one prefix in
 * several lines by '_'. 0 or -ENOMEM.
 */
int asn_table_add(struct asn_table *table, struct prefix prefix, const char *origin);
int asn_table_add_text(struct asn_table *table, struct prefix prefix, const char *text);
int asn_table_index(struct asn_table *table);

/*
 * asn_table_read_file() fills an empty table, ready for look-ups, from `path`, "-" being stdin. These forms
 * of lines are understood, also mixed, and as CSV; base/list_file.h has what else a file may hold:
 *
 *     192.0.2.0 24 64496                CAIDA's pfx2as
 *     192.0.2.0/24 64496 [NAME…]        pyasn, bgp.tools, MaxMind
 *     192.0.2.0 192.0.2.255 64496 …     iptoasn.com; 0 is nobody
 *     64496 192.0.2.0/24 …              RIPE's RIS
 *     TABLE_DUMP2|…|192.0.2.0/24|64496… bgpdump -m (route_line.h)
 *
 * Lines of ::ffff:0:0/96 (network.h) are skipped and noted. Returns 0 or a negative errno with `error` written; the
 * table is then empty.
 */
int asn_table_read_file(struct asn_table *table, const char *path, struct error_text *error);

/* asn_table_find() is the entry of the longest prefix that holds `address`; NULL where there is none. */
const struct asn_entry *asn_table_find(const struct asn_table *table, struct address address);

/* asn_text() is the origin of `address`, "3333" or "4777_2497": `text`, or a text of the table. NULL where no
 * prefix holds the address, or `table` is NULL. */
const char *asn_text(const struct asn_table *table, struct address address, char text[ASN_TEXT_SIZE]);

/* asn_table_free() leaves an empty table. */
void asn_table_free(struct asn_table *table);
