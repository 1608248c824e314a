// SPDX-License-Identifier: GPL-2.0-or-later
#include "command/owner_options.h"

#include <inttypes.h>

#include "base/exit_code.h"
#include "base/log.h"
#include "command/lists.h"
#include "session/refuse.h"
#include "target/named_prefixes.h"

typedef int table_reader(struct asn_table *table, const char *path, struct error_text *error);

static int read_table(const char *command, const char *option, const char *path, table_reader *reader,
                      struct asn_table *table)
{
    struct error_text error;

    if (path && reader(table, path, &error))
        return command_refuse(command, "%s: %s", option, error.text);
    command_tell_mapped(command, option, path, table->mapped);
    command_tell_host_bits(command, option, path, table->host_bits);
    if (table->crowded)
        log_warning("%s: %s: %s: entries left out because their prefixes have hundreds of entries: %zu",
                    command, option, path, table->crowded);
    return EXIT_DONE;
}

static int read_places(const char *command, const char *path, struct place_table **places)
{
    struct error_text error;

    if (!path)
        return EXIT_DONE;
    *places = place_table_open(path, &error);
    return *places ? EXIT_DONE : command_refuse(command, "--mmdb: %s", error.text);
}

int owner_options_read(const char *command, const struct owner_options *options, struct owner_tables *tables)
{
    int result = read_table(command, "--asn", options->asn, asn_table_read_file, &tables->asn);

    if (!result)
        result = read_table(command, "--ixp", options->ixp, named_prefixes_read, &tables->ixp);
    if (!result)
        result = read_table(command, "--names", options->names, named_prefixes_read, &tables->names);
    return result ? result : read_places(command, options->mmdb, &tables->places);
}

void owner_tables_free(struct owner_tables *tables)
{
    uint64_t damage = place_table_damage(tables->places);

    if (damage)
        log_warning("--mmdb: the file is damaged: %" PRIu64 " look-ups found no place for that", damage);
    asn_table_free(&tables->asn);
    asn_table_free(&tables->ixp);
    asn_table_free(&tables->names);
    place_table_close(tables->places);
    tables->places = NULL;
}

struct owners owner_options_asked(const struct owner_options *options, const struct owner_tables *tables)
{
    return (struct owners){
        .asn = options->asn ? &tables->asn : NULL,
        .ixp = options->ixp ? &tables->ixp : NULL,
        .names = options->names ? &tables->names : NULL,
        .places = tables->places,
    };
}

void owner_options_files(const struct owner_options *options, struct command_file files[OWNER_FILES])
{
    files[0] = (struct command_file){"--asn", options->asn, FILE_READ};
    files[1] = (struct command_file){"--ixp", options->ixp, FILE_READ};
    files[2] = (struct command_file){"--mmdb", options->mmdb, FILE_READ};
    files[3] = (struct command_file){"--names", options->names, FILE_READ};
}
