// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names of prefixes and addresses: the exchanges that have them as peering LANs, or their names in the DNS. The
 * table is that of origins (target/asn_table.h), with the names as texts. These forms of files are accepted:
 *
 *     192.0.2.0/24,NAME                                     one per line; or separated by a space; or an address
 *     {"name": NAME, "prefixes": {"ipv4": […], "ipv6": […]}}   CAIDA's IXP data set, any number of these
 *     {"ix": {"data": […]}, "ixpfx": {"data": […]}}         a dump of PeeringDB
 *     {"data": [{"ixlan_id": N, "prefix": …}…]}             PeeringDB's answer for ixpfx, without names: "ixlan N"
 *
 * They may be compressed. They may have comment lines that begin with '#', ';', '%' or "//", a byte order mark,
 * and a heading: columns whose names are separated by commas, or "prefix" or "address" and another word. Fields may
 * be in quotes. Files that would be misread are refused, as base/list_file.h says. Lines with host bits, and of
 * ::ffff:0:0/96, are noted in the table.
 */
#pragma once

#include "target/asn_table.h"

/* named_prefixes_read() fills an empty table from `path` ("-": stdin). Returns 0, or a negative errno with
 * `error` written; the table is then empty. */
int named_prefixes_read(struct asn_table *table, const char *path, struct error_text *error);
