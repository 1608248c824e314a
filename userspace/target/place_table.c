// SPDX-License-Identifier: GPL-2.0-or-later
#include "target/place_table.h"

#include <errno.h>
#include <maxminddb.h>
#include <stdlib.h>
#include <string.h>

#include "base/printable.h"
#include "base/socket_address.h"

struct place_table {
    MMDB_s file;
    uint64_t damaged; /* look-ups */
};

static void say_error(const char *path, int status, struct error_text *error)
{
    error_text_set(error, -EINVAL, "%s: %s", path,
                   status == MMDB_FILE_OPEN_ERROR ? "cannot be read" : "is not a MaxMind DB");
}

struct place_table *place_table_open(const char *path, struct error_text *error)
{
    struct place_table *table = malloc(sizeof(*table));

    if (!table) {
        error_text_set(error, -ENOMEM, "out of memory");
        return NULL;
    }
    table->damaged = 0;
    int status = MMDB_open(path, MMDB_MODE_MMAP, &table->file);
    if (status == MMDB_SUCCESS)
        return table;
    say_error(path, status, error);
    free(table);
    return NULL;
}

void place_table_close(struct place_table *table)
{
    if (table)
        MMDB_close(&table->file);
    free(table);
}

/* That a way leads nowhere is no damage. */
static bool is_damage(int status)
{
    return status != MMDB_SUCCESS && status != MMDB_INVALID_LOOKUP_PATH_ERROR &&
           status != MMDB_LOOKUP_PATH_DOES_NOT_MATCH_DATA_ERROR;
}

/* Takes the text that a way leads to. Returns true if there is one. */
static bool take_text(MMDB_entry_s *entry, const char *const *way, char text[PLACE_TEXT_SIZE], bool *damaged)
{
    MMDB_entry_data_s data;
    int status = MMDB_aget_value(entry, &data, way);

    *damaged |= is_damage(status);
    if (status != MMDB_SUCCESS || !data.has_data || data.type != MMDB_DATA_TYPE_UTF8_STRING)
        return false;
    size_t length = data.data_size;

    if (length >= PLACE_TEXT_SIZE)
        length = printable_whole(data.utf8_string, PLACE_TEXT_SIZE - 1);
    memcpy(text, data.utf8_string, length);
    text[length] = '\0';
    return length > 0;
}

/* The files of MaxMind and DB-IP have maps, those of IPinfo have texts. Returns whether the entry is damaged. */
static bool read_place(MMDB_entry_s *entry, struct place *place)
{
    static const char *const countries[][3] = {{"country", "iso_code"}, {"country_code"}, {"country"}};
    static const char *const cities[][4] = {{"city", "names", "en"}, {"city"}};
    bool damaged = false;
    size_t i;

    for (i = 0; i < sizeof(countries) / sizeof(countries[0]); i++)
        if (take_text(entry, countries[i], place->country, &damaged))
            break;
    for (i = 0; i < sizeof(cities) / sizeof(cities[0]); i++)
        if (take_text(entry, cities[i], place->city, &damaged))
            break;
    return damaged;
}

uint64_t place_table_damage(const struct place_table *table)
{
    return table ? table->damaged : 0;
}

struct place place_table_find(struct place_table *table, struct address address)
{
    struct socket_address socket_address = socket_address_of(address, 0);
    struct place place = {0};
    int status;
    MMDB_lookup_result_s found = MMDB_lookup_sockaddr(&table->file, &socket_address.any, &status);

    if (status == MMDB_SUCCESS && found.found_entry)
        table->damaged += read_place(&found.entry, &place);
    else
        table->damaged += is_damage(status) && status != MMDB_IPV6_LOOKUP_IN_IPV4_DATABASE_ERROR;
    return place;
}
