// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/warts_answer.h"

#include <string.h>

#include "bytes.h"
#include "output/warts_numbers.h"
#include "protocol.h"

void warts_answer_icmp(struct record *record, uint16_t type_and_code)
{
    record->icmp_type = (uint8_t)(type_and_code >> 8);
    record->icmp_code = (uint8_t)type_and_code;
}

void warts_answer_tcp(struct record *record, uint8_t flags)
{
    record->flags |= flags & TCP_RST ? RECORD_RST : RECORD_SYN_ACK;
}

/* Stores an object that comes without its header on the wire. Labels are before other objects. */
static void put_extension(struct record *record, unsigned class, unsigned type, const uint8_t *data,
                          size_t length)
{
    uint8_t *objects = record->extension + record->label_count * sizeof(record->labels[0]);
    size_t used = record->label_count * sizeof(record->labels[0]) + record->objects_length;

    if (class == ICMP_OBJECT_MPLS_CLASS && type == ICMP_OBJECT_MPLS_TYPE && !record->objects_length) {
        for (; length >= MPLS_ENTRY && record->label_count < RECORD_MAX_LABELS;
             length -= MPLS_ENTRY, data += MPLS_ENTRY)
            record->labels[record->label_count++] = load_be32(data);
        record->flags |= length ? RECORD_MPLS_CUT : 0;
        return;
    }
    if (used + WARTS_OBJECT_HEADER + length > sizeof(record->extension)) {
        record->flags |= RECORD_EXTENSIONS_CUT;
        return;
    }
    uint8_t *to = objects + record->objects_length;

    store_be16(to, (uint16_t)(WARTS_OBJECT_HEADER + length));
    to[2] = (uint8_t) class;
    to[3] = (uint8_t)type;
    memcpy(to + WARTS_OBJECT_HEADER, data, length);
    record->objects_length = (uint8_t)(record->objects_length + WARTS_OBJECT_HEADER + length);
}

void warts_answer_extensions(struct record *record, const uint8_t *at)
{
    const uint8_t *end = at + sizeof(uint16_t) + load_be16(at);

    for (at += sizeof(uint16_t); end - at >= WARTS_OBJECT_HEADER;) {
        size_t length = load_be16(at);

        if ((size_t)(end - at) < WARTS_OBJECT_HEADER + length)
            return;
        put_extension(record, at[2], at[3], at + WARTS_OBJECT_HEADER, length);
        at += WARTS_OBJECT_HEADER + length;
    }
}
