// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names of prefixes and addresses: the exchanges whose peering LANs they are, what the DNS calls them. A table like that
 * of origins (target/asn_table.h), whose texts are the names. Files are understood that hold
 *
 *     192.0.2.0/24,NAME                                     a line each; or with a space between; or of an address
 *     {"name": NAME, "prefixes": {"ipv4": […], "ipv6": […]}}   CAIDA's IXP data set, any number of these
 *     {"ix": {"data": […]}, "ixpfx": {"data": […]}}         a dump of PeeringDB
 *     {"data": [{"ixlan_id": N, "prefix": …}…]}             PeeringDB's answer for ixpfx, without names: "ixlan N"
 *
 * compressed or not, with comment lines that begin with '#' and a heading that begins with "prefix" or "address".
 */
#pragma once

#include "target/asn_table.h"

/* named_prefixes_read() fills an empty table from `path`, "-" being stdin. 0, or a negative errno with `error` written; the table
 * is then empty. */
int named_prefixes_read(struct asn_table *table, const char *path, struct error_text *error);
