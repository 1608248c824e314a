// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The extension objects of a record as text. Each function writes at `p` without a NUL and returns the place
 * after; what is not told is empty, and null in JSON.
 *
 * Names come from strangers. In them bytes that are not printable ASCII, '%', quotes, backslashes, and in CSV
 * the separators, stand as '%' and two hexadecimal digits: no name breaks a line, a string or a terminal.
 */
#pragma once

#include "output/record.h"

enum {
    OBJECT_TEXT_MAX =
        160, /* nine objects without contents are 8 bytes each and a '/'; a name is three times its length */
};

/* role:ifindex:address:name:mtu (RFC 5837), joined by ';'; or objects with these keys, joined by ','. */
char *object_put_interfaces_csv(char *p, const struct record *record);
char *object_put_interfaces_json(char *p, const struct record *record);

/* INC:ifindex,address,"name",mtu=MTU (SUB, OUT, NXT by role), and class/type:hex of others, joined by '/', in the words of
 * traceroute(8). At most OBJECT_TEXT_MAX bytes. */
char *object_put_text(char *p, const struct record *record);

/* class/type:hex of all others, joined by ';'; or objects {"class","type","data"}, joined by ','. */
char *object_put_extensions_csv(char *p, const struct record *record);
char *object_put_extensions_json(char *p, const struct record *record);
