// SPDX-License-Identifier: GPL-2.0-or-later
/* Options about the owners of addresses, the same for all commands that print some; and reading the files
 * given. */
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

/* Without --names: for commands that use it otherwise. */
#define OWNER_TABLE_SPECS(base)                                                                              \
    OWNER_FILE_SPEC(base, asn,                                                                               \
                    "AS that announces an address: 'prefix asn' lines,\nCAIDA's pfx2as, bgpdump -m"),        \
        OWNER_FILE_SPEC(base, ixp, "peering LANs of exchanges: 'prefix,name' lines,\nPeeringDB, CAIDA"),     \
        OWNER_FILE_SPEC(base, mmdb, "country and city: a MaxMind DB, such as GeoLite2 or\nDB-IP")

/* The contents of the files. Zeroed at the start. */
struct owner_tables {
    struct asn_table asn, ixp, names;
    struct place_table *places;
};

/* owner_options_read() reads the files in `options`. Returns EXIT_DONE, or another exit code after one line
 * that begins with `command`. owner_tables_free() may be called after either, and warns
 * of damage that look-ups met. */
int owner_options_read(const char *command, const struct owner_options *options, struct owner_tables *tables);
void owner_tables_free(struct owner_tables *tables);

/* owner_options_asked() returns the tables that `options` name; valid as long as `tables` are. */
struct owners owner_options_asked(const struct owner_options *options, const struct owner_tables *tables);

enum {
    OWNER_FILES = 4,
};

/* owner_options_files() fills in the files, for command_files_check(). */
void owner_options_files(const struct owner_options *options, struct command_file files[OWNER_FILES]);
