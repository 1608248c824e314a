// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The extension objects of a record as text. Each function writes at `p` without a NUL and returns the end.
 * Unknown values are empty, and null in JSON.
 *
 * Names come from strangers. In names, bytes that are not printable ASCII, '%', quotes, backslashes, and in
 * CSV the separators, are written as '%' and two hexadecimal digits, so that no name breaks a line, a string
 * or a terminal.
 */
#pragma once

#include "output/record.h"

enum {
    OBJECT_TEXT_MAX =
        160, /* nine objects without contents have 8 bytes each and a '/'; a name can triple in length */
};

/* Objects of interfaces: role:ifindex:address:name:mtu (RFC 5837), joined by ';'; or JSON objects with these
 * keys, joined by ','. */
char *object_put_interfaces_csv(char *p, const struct record *record);
char *object_put_interfaces_json(char *p, const struct record *record);

/* INC:ifindex,address,"name",mtu=MTU (SUB, OUT, NXT by role), and class/type:hex for others, joined by '/',
 * in the words of traceroute(8). At most OBJECT_TEXT_MAX bytes. */
char *object_put_text(char *p, const struct record *record);

/* All other objects: class/type:hex, joined by ';'; or JSON objects {"class","type","data"}, joined by
 * ','. */
char *object_put_extensions_csv(char *p, const struct record *record);
char *object_put_extensions_json(char *p, const struct record *record);
