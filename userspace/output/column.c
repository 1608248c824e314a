// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/column.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/address_text.h"

#define FIELD(name, kind, unknown)                                                                           \
    {                                                                                                        \
#name, kind, offsetof(struct record, name), sizeof(((struct record *)0)->name), unknown              \
    }
#define COLUMN(name, kind)   FIELD(name, kind, 0)
#define KNOWN(name, unknown) FIELD(name, COLUMN_KNOWN, unknown)

const struct record_column record_columns[RECORD_COLUMNS] = {
    KNOWN(time_us, RECORD_NO_TIME),
    COLUMN(responder, COLUMN_ADDRESS),
    {"target", COLUMN_ADDRESS, offsetof(struct record, target_address), sizeof(struct address), 0},
    COLUMN(flow, COLUMN_NUMBER),
    COLUMN(probe_ttl, COLUMN_NUMBER),
    COLUMN(quoted_ttl, COLUMN_NUMBER),
    COLUMN(reply_ttl, COLUMN_NUMBER),
    COLUMN(icmp_type, COLUMN_NUMBER),
    COLUMN(icmp_code, COLUMN_NUMBER),
    KNOWN(rtt_us, RECORD_NO_RTT),
    {"mpls", COLUMN_MPLS, 0, 0, 0},
    {"flags", COLUMN_FLAGS, 0, 0, 0},
};

uint64_t column_max(const struct record_column *column)
{
    return column->size < sizeof(uint64_t) ? (1ULL << 8 * column->size) - 1 : UINT64_MAX;
}

bool column_store(const struct record_column *column, uint64_t value, struct record *record)
{
    char *field = (char *)record + column->offset;

    if (value > column_max(column))
        return false;
    switch (column->size) {
    case sizeof(uint8_t):
        *(uint8_t *)field = (uint8_t)value;
        break;
    case sizeof(uint16_t):
        *(uint16_t *)(void *)field = (uint16_t)value;
        break;
    case sizeof(uint32_t):
        *(uint32_t *)(void *)field = (uint32_t)value;
        break;
    default:
        *(uint64_t *)(void *)field = value;
    }
    return true;
}

void column_store_address(const struct record_column *column, struct address address, struct record *record)
{
    memcpy((char *)record + column->offset, &address, sizeof(address));
}

/* Reads digits up to the end or to another character; false without a digit or beyond 64 bits. */
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

    if (text.length >= sizeof(copy) || memchr(text.text, '\0', text.length))
        return false;
    memcpy(copy, text.text, text.length);
    copy[text.length] = '\0';
    return address_parse(copy, address);
}

bool column_add_label(struct span text, struct record *record)
{
    uint64_t label, tc, bottom, ttl;

    if (!take_number(&text, &label) || !take_character(&text, ':') || !take_number(&text, &tc) ||
        !take_character(&text, ':') || !take_number(&text, &bottom) || !take_character(&text, ':') ||
        !take_number(&text, &ttl) || text.length)
        return false;
    if (label > 0xfffff || tc > 7 || bottom > 1 || ttl > 255 || record->label_count == RECORD_MAX_LABELS)
        return false;
    record->labels[record->label_count++] = (uint32_t)(label << 12 | tc << 9 | bottom << 8 | ttl);
    return true;
}

bool column_add_flag(struct span text, struct record *record)
{
    for (int i = 0; i < RECORD_FLAGS; i++) {
        const char *name = record_flag_names[i];

        if (strlen(name) == text.length && memcmp(name, text.text, text.length) == 0) {
            record->flags |= (uint8_t)(1 << i);
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
    }
    return text;
}
