// SPDX-License-Identifier: GPL-2.0-or-later
/* The options that say whose addresses are, the same for all commands that print some; and the files they name, read. */
#pragma once

#include "base/options.h"
#include "command/files.h"
#include "target/owners.h"

struct owner_options {
    const char *asn, *ixp, *mmdb, *names;
};

#define OWNER_FILE_SPEC(base, name, text)                                                                    \
    {                                                                                                        \
#name, 0, "FILE", OPTION_FIELD_AT(option_text, base, struct owner_options, name), .help = (text)     \
    }

/* The specifications of these options, whose struct is at `base`. */
#define OWNER_OPTION_SPECS(base)                                                                             \
    OWNER_TABLE_SPECS(base),                                                                                 \
        OWNER_FILE_SPEC(base, names, "'address,name' lines, as 'hopwire names' writes\nthem")

/* Without names: for who asks for these itself. */
#define OWNER_TABLE_SPECS(base)                                                                              \
    OWNER_FILE_SPEC(base, asn, "who announces addresses: 'prefix asn' lines, CAIDA's pfx2as,\nbgpdump -m"),  \
        OWNER_FILE_SPEC(base, ixp, "peering LANs of exchanges: 'prefix,name' lines,\nPeeringDB, CAIDA"),     \
        OWNER_FILE_SPEC(base, mmdb, "country and city: a MaxMind DB, as of GeoLite2 or\nDB-IP")

/* What the files were read into. Begins as zeros. */
struct owner_tables {
    struct asn_table asn, ixp, names;
    struct place_table *places;
};

/* owner_options_read() reads what `options` name: EXIT_DONE, or another exit code after one line that begins with `command`.
 * owner_tables_free() is right after either. */
int owner_options_read(const char *command, const struct owner_options *options, struct owner_tables *tables);
void owner_tables_free(struct owner_tables *tables);

/* owner_options_asked() is what was read, as far as `options` ask for it; valid as long as `tables` are. */
struct owners owner_options_asked(const struct owner_options *options, const struct owner_tables *tables);

enum {
    OWNER_FILES = 4,
};

/* owner_options_files() fills in the files, for command_files_check(). */
void owner_options_files(const struct owner_options *options, struct command_file files[OWNER_FILES]);
