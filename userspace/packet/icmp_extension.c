// SPDX-License-Identifier: GPL-2.0-or-later
#include "packet/icmp_extension.h"

#include <string.h>

#include "bytes.h"
#include "packet/sum.h"
#include "reply_parse.h"

/*
 * Whether an extension structure starts at `offset`. A checksum of 0 means that none was computed (RFC 4884,
 * section 7); a structure in a place that nothing announces must prove itself.
 */
static bool extension_at(const uint8_t *icmp, size_t length, size_t offset, bool announced)
{
    if (length < offset + ICMP_EXTENSION_HEADER || icmp[offset] >> 4 != ICMP_EXTENSION_VERSION)
        return false;
    if (load_be16(icmp + offset + ICMP_EXTENSION_CHECKSUM) == 0)
        return announced;
    return sum_valid(icmp + offset, length - offset);
}

/* Where the extension structure starts, 0 where there is none (RFC 4884, sections 4.1 to 4.3, 5.5). */
static size_t extension_offset(const uint8_t *icmp, size_t length)
{
    /* The length field counts 32-bit words, in all three kinds of errors in the same place. */
    size_t quoted = (size_t)icmp[ICMP_LENGTH] * 4;

    if (quoted && extension_at(icmp, length, ICMP_HEADER + quoted, true))
        return ICMP_HEADER + quoted;
    /* Routers older than the RFC announce nothing, newer ones the quotation without its
     * padding, or its length in bytes. Where that is more than there is, something was
     * announced, and is behind the padding. */
    if (icmp[ICMP_LENGTH] > ICMP_PADDED_QUOTATION &&
        extension_at(icmp, length, ICMP_HEADER + icmp[ICMP_LENGTH], false))
        return ICMP_HEADER + icmp[ICMP_LENGTH];
    if (extension_at(icmp, length, ICMP_HEADER + ICMP_PADDED_QUOTATION, ICMP_HEADER + quoted >= length))
        return ICMP_HEADER + ICMP_PADDED_QUOTATION;
    return 0;
}

static void read_stack(const uint8_t *entries, size_t length, struct label_stack *out)
{
    for (; length >= MPLS_ENTRY; entries += MPLS_ENTRY, length -= MPLS_ENTRY) {
        if (out->count == LABELS_MAX) {
            out->cut = true;
            return;
        }
        out->labels[out->count++] = load_be32(entries);
    }
    if (length)
        out->cut = true;
}

static void keep_object(const uint8_t *object, size_t length, struct extension_objects *out)
{
    size_t room = sizeof(out->bytes) - out->length;

    if (length > room) {
        out->cut = true;
        length = room;
    }
    memcpy(out->bytes + out->length, object, length);
    out->length += (uint8_t)length;
}

static bool is_stack(const uint8_t *object)
{
    return object[ICMP_OBJECT_CLASS] == ICMP_OBJECT_MPLS_CLASS &&
           object[ICMP_OBJECT_TYPE] == ICMP_OBJECT_MPLS_TYPE;
}

static void read_objects(const uint8_t *object, size_t left, struct label_stack *labels,
                         struct extension_objects *objects)
{
    while (left >= ICMP_OBJECT_HEADER) {
        size_t length = load_be16(object);
        bool stack = is_stack(object);

        if (length < ICMP_OBJECT_HEADER || length > left) {
            *(stack ? &labels->cut : &objects->cut) = true;
            return;
        }
        if (stack)
            read_stack(object + ICMP_OBJECT_HEADER, length - ICMP_OBJECT_HEADER, labels);
        else
            keep_object(object, length, objects);
        object += length;
        left -= length;
    }
}

void icmp_extension_read(const uint8_t *icmp, size_t length, struct label_stack *labels,
                         struct extension_objects *objects)
{
    labels->count = objects->length = 0;
    labels->cut = objects->cut = false;
    if (length < ICMP_HEADER)
        return;

    size_t at = extension_offset(icmp, length);
    if (at)
        read_objects(icmp + at + ICMP_EXTENSION_HEADER, length - at - ICMP_EXTENSION_HEADER, labels, objects);
}
