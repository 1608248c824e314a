// SPDX-License-Identifier: GPL-2.0-or-later
/* What `interfaces` and `links` share: results that become a map, and whose the addresses are. */
#pragma once

#include <stdint.h>

#include "base/options.h"
#include "report/owners.h"
#include "report/router_map.h"
#include "target/asn_table.h"
#include "target/prefix_list.h"

struct map_options {
    const char *asn, *ixp;
    uint64_t memory;           /* bytes */
    const struct prefix *only; /* targets; NULL: all */
};

enum map_wanted {
    MAP_INTERFACES,
    MAP_LINKS, /* too */
    MAP_WAYS,  /* in place of links, for report/map_ways.h */
};

/* The columns that tell interfaces and links; `flags` leaves out what is not certain. */
#define MAP_RESULTS_COLUMNS "responder,target,flow,probe_ttl,icmp_type,icmp_code,flags"

enum {
    MAP_MEMORY = 1 << 30,
};

/* What these two were read into. */
struct map_owners {
    struct asn_table asn, ixp;
};

#define MAP_IXP_OPTION(base)                                                                                 \
    {                                                                                                        \
        "ixp", 0, "FILE", OPTION_FIELD_AT(option_text, base, struct map_options, ixp),                       \
            .help = "peering LANs of exchanges: 'prefix,name' lines,\nPeeringDB, CAIDA"                      \
    }

#define MAP_ASN_OPTION(base)                                                                                 \
    {                                                                                                        \
        "asn", 0, "FILE", OPTION_FIELD_AT(option_text, base, struct map_options, asn),                       \
            .help = "who announces them: 'prefix asn' lines, CAIDA's pfx2as"                                 \
    }

/* map_results() reads all of `paths`, up to a NULL, into `map`, as far as it is wanted, and the files of owners into `owners`. An exit code, after one line that begins with `command` where something is wrong. The map, and by
 * map_owners_free() the owners, are to be freed after every outcome. */
int map_results(const char *command, const struct map_options *options, char **paths, enum map_wanted wanted,
                struct router_map *map, struct map_owners *owners);
void map_owners_free(struct map_owners *owners);

/* map_owners_asked() are those that `options` ask for. */
struct owners map_owners_asked(const struct map_options *options, const struct map_owners *owners);
