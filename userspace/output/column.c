// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/column.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/address_text.h"

#define KEY(name) ",\"" name "\":"
#define FIELD_OF(name_, member, kind_, unknown_)                                                             \
    {                                                                                                        \
        .name = name_, .key = KEY(name_), .key_length = sizeof(KEY(name_)) - 1, .kind = (kind_),             \
        .offset = offsetof(struct record, member), .size = sizeof(((struct record *)0)->member),             \
        .unknown = (unknown_)                                                                                \
    }
#define FIELD(member, kind, unknown) FIELD_OF(#member, member, kind, unknown)
#define NUMBER(member)               FIELD(member, COLUMN_NUMBER, 0)
#define KNOWN(member, unknown)       FIELD(member, COLUMN_KNOWN, unknown)
#define ADDRESS(member)              FIELD(member, COLUMN_ADDRESS, 0)
/* A column made from several fields. */
#define LIST(name_, kind_)                                                                                   \
    {                                                                                                        \
        .name = name_, .key = KEY(name_), .key_length = sizeof(KEY(name_)) - 1, .kind = (kind_)              \
    }

const struct record_column record_columns[RECORD_COLUMNS] = {
    KNOWN(time_us, RECORD_NO_TIME),
    ADDRESS(responder),
    FIELD_OF("target", target_address, COLUMN_ADDRESS, 0),
    NUMBER(flow),
    NUMBER(probe_ttl),
    NUMBER(quoted_ttl),
    NUMBER(reply_ttl),
    NUMBER(icmp_type),
    NUMBER(icmp_code),
    KNOWN(rtt_us, RECORD_NO_RTT),
    LIST("mpls", COLUMN_MPLS),
    LIST("flags", COLUMN_FLAGS),
    ADDRESS(source),
    NUMBER(protocol),
    NUMBER(src_port),
    NUMBER(dst_port),
    KNOWN(probe_size, RECORD_NO_SIZE),
    KNOWN(reply_size, RECORD_NO_SIZE),
    NUMBER(reply_ip_id),
    NUMBER(reply_tos),
    KNOWN(quoted_tos, RECORD_NO_TOS),
    KNOWN(next_hop_mtu, RECORD_NO_SIZE),
    LIST("interface_info", COLUMN_INTERFACES),
    LIST("extensions", COLUMN_EXTENSIONS),
    NUMBER(round),
    NUMBER(shard),
};

struct column_list column_list_default(void)
{
    struct column_list list = {.count = DEFAULT_COLUMNS};

    for (unsigned i = 0; i < list.count; i++)
        list.columns[i] = &record_columns[i];
    return list;
}

const struct record_column *column_find(struct span name)
{
    for (int i = 0; i < RECORD_COLUMNS; i++)
        if (strlen(record_columns[i].name) == name.length &&
            memcmp(record_columns[i].name, name.text, name.length) == 0)
            return &record_columns[i];
    return NULL;
}

bool column_list_has(const struct column_list *list, const struct record_column *column)
{
    for (unsigned i = 0; i < list->count; i++)
        if (list->columns[i] == column)
            return true;
    return false;
}

static void take_all(struct column_list *list)
{
    for (list->count = 0; list->count < RECORD_COLUMNS; list->count++)
        list->columns[list->count] = &record_columns[list->count];
}

bool column_list_parse(struct column_list *list, const char *text, struct span *wrong)
{
    list->count = 0;
    if (strcmp(text, "*") == 0) {
        take_all(list);
        return true;
    }
    for (const char *name = text; name;) {
        const char *comma = strchr(name, ',');
        struct span span = {name, comma ? (size_t)(comma - name) : strlen(name)};
        const struct record_column *column = column_find(span);

        *wrong = span;
        if (!column || column_list_has(list, column))
            return false;
        list->columns[list->count++] = column;
        name = comma ? comma + 1 : NULL;
    }
    return true;
}

bool record_column_choices(size_t position, struct choice *out)
{
    if (position < RECORD_COLUMNS)
        *out = (struct choice){.name = record_columns[position].name};
    return position < RECORD_COLUMNS;
}

/* Reads digits up to the end or another character; returns false without a digit, or beyond 64 bits. */
static bool take_number(struct span *text, uint64_t *value)
{
    size_t i = 0;

    *value = 0;
    for (; i < text->length && text->text[i] >= '0' && text->text[i] <= '9'; i++) {
        uint64_t digit = (uint64_t)(text->text[i] - '0');

        if (*value > (UINT64_MAX - digit) / 10)
            return false;
        *value = *value * 10 + digit;
    }
    text->text += i;
    text->length -= i;
    return i > 0;
}

static bool take_character(struct span *text, char character)
{
    if (!text->length || text->text[0] != character)
        return false;
    text->text++;
    text->length--;
    return true;
}

bool column_parse_number(struct span text, uint64_t *value)
{
    return take_number(&text, value) && text.length == 0;
}

bool column_parse_address(struct span text, struct address *address)
{
    char copy[ADDRESS_TEXT_SIZE];

    if (text.length && address_take_ipv4(text.text, text.length, address) == text.length)
        return true;
    if (text.length >= sizeof(copy) || memchr(text.text, '\0', text.length))
        return false;
    memcpy(copy, text.text, text.length);
    copy[text.length] = '\0';
    return address_parse(copy, address);
}

/* Objects are behind the labels, which may come later in a line. */
static bool make_room_for_label(struct record *record)
{
    uint8_t *objects = record->extension + record->label_count * sizeof(record->labels[0]);
    size_t room = sizeof(record->extension) - (size_t)(objects - record->extension);

    if (record->label_count == RECORD_MAX_LABELS || record->objects_length + sizeof(record->labels[0]) > room)
        return false;
    memmove(objects + sizeof(record->labels[0]), objects, record->objects_length);
    return true;
}

bool column_add_label(struct span text, struct record *record)
{
    uint64_t label, tc, bottom, ttl;

    if (!take_number(&text, &label) || !take_character(&text, ':') || !take_number(&text, &tc) ||
        !take_character(&text, ':') || !take_number(&text, &bottom) || !take_character(&text, ':') ||
        !take_number(&text, &ttl) || text.length)
        return false;
    if (label > 0xfffff || tc > 7 || bottom > 1 || ttl > 255 || !make_room_for_label(record))
        return false;
    record->labels[record->label_count++] = (uint32_t)(label << 12 | tc << 9 | bottom << 8 | ttl);
    return true;
}

bool column_add_flag(struct span text, struct record *record)
{
    for (int i = 0; i < RECORD_FLAGS; i++) {
        const char *name = record_flag_names[i];

        if (strlen(name) == text.length && memcmp(name, text.text, text.length) == 0) {
            record->flags |= (uint16_t)(1 << i);
            return true;
        }
    }
    return false;
}

static void list_flags(char text[COLUMN_EXPECTED_SIZE])
{
    size_t length = (size_t)snprintf(text, COLUMN_EXPECTED_SIZE, "a list of");

    for (int i = 0; i < RECORD_FLAGS && length < COLUMN_EXPECTED_SIZE; i++)
        length += (size_t)snprintf(text + length, COLUMN_EXPECTED_SIZE - length, "%s %s", i ? "," : "",
                                   record_flag_names[i]);
}

const char *column_expected(const struct record_column *column, char text[COLUMN_EXPECTED_SIZE])
{
    switch (column->kind) {
    case COLUMN_NUMBER:
    case COLUMN_KNOWN:
        snprintf(text, COLUMN_EXPECTED_SIZE, "a whole number from 0 to %" PRIu64, column_max(column));
        break;
    case COLUMN_ADDRESS:
        snprintf(text, COLUMN_EXPECTED_SIZE, "an address such as 192.0.2.1");
        break;
    case COLUMN_MPLS:
        snprintf(text, COLUMN_EXPECTED_SIZE, "a list of at most %d label:tc:s:ttl", RECORD_MAX_LABELS);
        break;
    case COLUMN_FLAGS:
        list_flags(text);
        break;
    case COLUMN_INTERFACES:
        snprintf(text, COLUMN_EXPECTED_SIZE, "a list of role:ifindex:address:name:mtu in %d bytes",
                 RECORD_EXTENSION_SIZE);
        break;
    case COLUMN_EXTENSIONS:
        snprintf(text, COLUMN_EXPECTED_SIZE, "a list of class/type:hex in %d bytes", RECORD_EXTENSION_SIZE);
        break;
    }
    return text;
}
