// SPDX-License-Identifier: GPL-2.0-or-later
#include "target/asn_table.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/address_order.h"
#include "base/lower_bound.h"
#include "base/number.h"

enum {
    FIRST_CAPACITY = 1024,
    /* Most bytes of the origins, or names, of one prefix: room for hundreds, where real prefixes have a dozen.
     * Every further one is searched for in all of these bytes. */
    JOINED_MOST = 4096,
};

/* Reads "3333" or "AS3333". Returns where the number ended, or NULL. */
static const char *parse_number(const char *text, uint32_t *number)
{
    uint64_t value = 0;

    if (strncasecmp(text, "AS", 2) == 0)
        text += 2;
    if (!isdigit((unsigned char)*text))
        return NULL;
    for (; isdigit((unsigned char)*text) && value <= UINT32_MAX; text++)
        value = value * 10 + (uint64_t)(*text - '0');
    *number = (uint32_t)value;
    return value <= UINT32_MAX ? text : NULL;
}

static bool is_origin(const char *text)
{
    uint32_t number;

    for (; (text = parse_number(text, &number)); text++) {
        if (!*text)
            return true;
        if (*text != '_' && *text != ',')
            return false;
    }
    return false;
}

/* Makes room for `wanted` more bytes of text. */
static int reserve_text(struct asn_table *table, size_t wanted)
{
    size_t capacity = table->texts_capacity ? table->texts_capacity : FIRST_CAPACITY;
    char *texts;

    while (capacity < table->texts_size + wanted)
        capacity *= 2;
    if (capacity > UINT32_MAX)
        return -ENOMEM;
    if (capacity == table->texts_capacity)
        return 0;
    texts = realloc(table->texts, capacity);
    if (!texts)
        return -ENOMEM;
    table->texts = texts;
    table->texts_capacity = capacity;
    return 0;
}

static int store_several(struct asn_table *table, const char *origin, struct asn_entry *entry)
{
    size_t size = strlen(origin) + 1;
    int error = reserve_text(table, size);

    if (error)
        return error;
    entry->several = true;
    entry->origin = (uint32_t)table->texts_size;
    memcpy(table->texts + table->texts_size, origin, size);
    table->texts_size += size;
    return 0;
}

static int reserve_entry(struct asn_table *table)
{
    size_t capacity = table->capacity ? 2 * table->capacity : FIRST_CAPACITY;
    struct asn_entry *entries;

    if (table->count < table->capacity)
        return 0;
    if (capacity > UINT32_MAX)
        return -ENOMEM;
    entries = reallocarray(table->entries, capacity, sizeof(*entries));
    if (!entries)
        return -ENOMEM;
    table->entries = entries;
    table->capacity = capacity;
    return 0;
}

/* Tables of routes have a line per neighbour, and all lines of a prefix follow each other. */
static bool is_last(const struct asn_table *table, const struct asn_entry *entry)
{
    const struct asn_entry *last = table->count ? &table->entries[table->count - 1] : NULL;

    return last && !last->several && last->origin == entry->origin && last->length == entry->length &&
           address_equal(last->base, entry->base);
}

int asn_table_add(struct asn_table *table, struct prefix prefix, const char *origin)
{
    struct asn_entry entry = {.base = prefix.base, .length = prefix.length};
    const char *end = parse_number(origin, &entry.origin);
    int error = 0;

    if (!end || (*end && !is_origin(origin)))
        return -EINVAL;
    if (!*end && is_last(table, &entry))
        return 0;
    if (*end)
        error = store_several(table, origin, &entry);
    if (!error)
        error = reserve_entry(table);
    if (!error)
        table->entries[table->count++] = entry;
    return error;
}

int asn_table_add_text(struct asn_table *table, struct prefix prefix, const char *text)
{
    struct asn_entry entry = {.base = prefix.base, .length = prefix.length};
    int error = store_several(table, text, &entry);

    if (!error)
        error = reserve_entry(table);
    if (!error)
        table->entries[table->count++] = entry;
    return error;
}

static int compare_entries(const void *a, const void *b)
{
    const struct asn_entry *left = a, *right = b;
    int order = address_order(left->base, right->base);

    return order ? order : (int)left->length - (int)right->length;
}

static const char *origin_text(const struct asn_table *table, const struct asn_entry *entry,
                               char text[ASN_TEXT_SIZE])
{
    if (entry->several)
        return table->texts + entry->origin;
    *number_put(text, entry->origin) = '\0';
    return text;
}

/* Returns true if `one`, an origin or several, is among `several`: between underscores, or at an end. */
static bool is_among(const char *one, const char *several)
{
    size_t length = strlen(one);

    for (const char *found = several; (found = strstr(found, one)); found++) {
        bool begins = found == several || found[-1] == '_', ends = !found[length] || found[length] == '_';

        if (begins && ends)
            return true;
    }
    return false;
}

/* Appends "_more" to the text that is the last of all. It is extended in place; otherwise a thousand lines for
 * one prefix would make a thousand texts, each longer than the one before. */
static int append(struct asn_table *table, const char *more)
{
    size_t size = strlen(more) + 1;
    int error = reserve_text(table, size);

    if (error)
        return error;
    table->texts[table->texts_size - 1] = '_';
    memcpy(table->texts + table->texts_size, more, size);
    table->texts_size += size;
    return 0;
}

static bool is_last_text(const struct asn_table *table, const struct asn_entry *entry)
{
    return entry->several && entry->origin + strlen(table->texts + entry->origin) + 1 == table->texts_size;
}

/* Stores the text of an entry as the last of all. */
static int store_last(struct asn_table *table, struct asn_entry *entry)
{
    char buffer[ASN_TEXT_SIZE];
    char *text = is_last_text(table, entry) ? NULL : strdup(origin_text(table, entry, buffer));
    int error = text ? store_several(table, text, entry) : is_last_text(table, entry) ? 0 : -ENOMEM;

    free(text);
    return error;
}

/* Adds an origin, or a name, to those of `kept`. `more` is not in the table. */
static int join_one(struct asn_table *table, struct asn_entry *kept, const char *more)
{
    char buffer[ASN_TEXT_SIZE];
    const char *there = origin_text(table, kept, buffer);

    if (is_among(more, there))
        return 0;
    if (strlen(there) + strlen(more) >= JOINED_MOST) {
        table->crowded++;
        return 0;
    }
    int error = store_last(table, kept);
    return error ? error : append(table, more);
}

/* Adds the origins of `other`, each by itself, or its name, to those of `kept`, which has the same prefix. */
static int join(struct asn_table *table, struct asn_entry *kept, const struct asn_entry *other)
{
    char buffer[ASN_TEXT_SIZE];
    int error = 0;

    if (!other->several)
        return join_one(table, kept, origin_text(table, other, buffer));
    char *text = strdup(origin_text(table, other, buffer)), *rest = text;
    const char *between = text && is_origin(text) ? "_" : "";

    if (!text)
        return -ENOMEM;
    while (rest && !error)
        error = join_one(table, kept, strsep(&rest, between));
    free(text);
    return error;
}

static int join_equal(struct asn_table *table)
{
    size_t kept = 0;

    for (size_t i = 1; i < table->count; i++) {
        if (compare_entries(&table->entries[kept], &table->entries[i]) == 0) {
            int error = join(table, &table->entries[kept], &table->entries[i]);

            if (error)
                return error;
        } else {
            table->entries[++kept] = table->entries[i];
        }
    }
    table->count = table->count ? kept + 1 : 0;
    return 0;
}

static bool holds(const struct asn_entry *entry, struct address address)
{
    return prefix_holds((struct prefix){entry->base, entry->length}, address);
}

/* Searches the entry with index `candidate` - 1 and its parents. Returns index + 1 of the first that holds
 * `address`, or 0. */
static uint32_t first_that_holds(const struct asn_table *table, uint32_t candidate, struct address address)
{
    while (candidate && !holds(&table->entries[candidate - 1], address))
        candidate = table->entries[candidate - 1].parent;
    return candidate;
}

int asn_table_index(struct asn_table *table)
{
    int error;

    if (table->count)
        qsort(table->entries, table->count, sizeof(*table->entries), compare_entries);
    error = join_equal(table);
    if (error)
        return error;
    for (uint32_t i = 0; i < table->count; i++)
        table->entries[i].parent = first_that_holds(table, i, table->entries[i].base);
    return 0;
}

static bool is_up_to(const void *entry, const void *address)
{
    return address_order(((const struct asn_entry *)entry)->base, *(const struct address *)address) <= 0;
}

const struct asn_entry *asn_table_find(const struct asn_table *table, struct address address)
{
    size_t up_to = lower_bound(table->entries, table->count, sizeof(*table->entries), is_up_to, &address);
    uint32_t found = first_that_holds(table, (uint32_t)up_to, address);

    return found ? &table->entries[found - 1] : NULL;
}

const char *asn_text(const struct asn_table *table, struct address address, char text[ASN_TEXT_SIZE])
{
    const struct asn_entry *entry = table ? asn_table_find(table, address) : NULL;

    return entry ? origin_text(table, entry, text) : NULL;
}

void asn_table_free(struct asn_table *table)
{
    free(table->entries);
    free(table->texts);
    *table = (struct asn_table){0};
}
