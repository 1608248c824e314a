// SPDX-License-Identifier: GPL-2.0-or-later
#include "packet/icmp_extension.h"

#include <string.h>

#include "bytes.h"
#include "packet/sum.h"
#include "reply_parse.h"

/*
 * Whether an extension structure starts at `offset`. A checksum of 0 means that none was computed (RFC 4884,
 * section 7); this is accepted only if the structure was announced.
 */
static bool extension_at(const uint8_t *icmp, size_t length, size_t offset, bool announced)
{
    if (length < offset + ICMP_EXTENSION_HEADER || icmp[offset] >> 4 != ICMP_EXTENSION_VERSION)
        return false;
    if (load_be16(icmp + offset + ICMP_EXTENSION_CHECKSUM) == 0)
        return announced;
    return sum_valid(icmp + offset, length - offset);
}

/* The length of the quotation by the length field, for each way in which routers fill it in; 0: none. */
struct announced {
    size_t length;   /* RFC 4884, section 4.1 */
    size_t in_bytes; /* if the router counts bytes */
    size_t in_words; /* for ICMPv6, if the router counts words as in ICMP */
};

/*
 * In ICMP all three kinds of errors have the field at the same place, in words of 32 bits (RFC 4884, sections
 * 4.1 to 4.3). In ICMPv6 two kinds have it, in words of 64 bits (sections 4.4 and 4.5).
 */
static struct announced read_length(enum address_family family, const uint8_t *icmp)
{
    size_t field = icmp[family == FAMILY_IPV4 ? ICMP_LENGTH : ICMP6_LENGTH];

    return family == FAMILY_IPV4
               ? (struct announced){field * ICMP_LENGTH_UNIT, field, 0}
               : (struct announced){field * ICMP6_LENGTH_UNIT, field, field * ICMP_LENGTH_UNIT};
}

/* Other ICMPv6 errors use the place of this field for other data, and have no extensions. */
static bool may_have_extensions(enum address_family family, const uint8_t *icmp)
{
    return family == FAMILY_IPV4 || icmp[ICMP_TYPE] == ICMP6_DESTINATION_UNREACHABLE ||
           icmp[ICMP_TYPE] == ICMP6_TIME_EXCEEDED_TYPE;
}

/* Whether a structure with a correct checksum starts behind so many bytes of quotation, a length that RFC
 * 4884 does not define. */
static bool proves_itself(const uint8_t *icmp, size_t length, size_t quoted)
{
    return quoted > ICMP_PADDED_QUOTATION && extension_at(icmp, length, ICMP_HEADER + quoted, false);
}

/* Returns where the extension structure starts, or 0 if there is none (RFC 4884, section 5.5). */
static size_t extension_offset(enum address_family family, const uint8_t *icmp, size_t length)
{
    const struct announced quoted = read_length(family, icmp);

    if (quoted.length && extension_at(icmp, length, ICMP_HEADER + quoted.length, true))
        return ICMP_HEADER + quoted.length;
    /* Routers older than the RFC state no length; newer ones may state the length without padding, or in
     * another unit. If the stated length is beyond the message, there is an extension, behind the padding. */
    if (proves_itself(icmp, length, quoted.in_bytes))
        return ICMP_HEADER + quoted.in_bytes;
    if (proves_itself(icmp, length, quoted.in_words))
        return ICMP_HEADER + quoted.in_words;
    if (extension_at(icmp, length, ICMP_HEADER + ICMP_PADDED_QUOTATION,
                     ICMP_HEADER + quoted.length >= length))
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

void icmp_extension_read(enum address_family family, const uint8_t *icmp, size_t length,
                         struct label_stack *labels, struct extension_objects *objects)
{
    labels->count = objects->length = 0;
    labels->cut = objects->cut = false;
    if (length < ICMP_HEADER || !may_have_extensions(family, icmp))
        return;

    size_t at = extension_offset(family, icmp, length);
    if (at)
        read_objects(icmp + at + ICMP_EXTENSION_HEADER, length - at - ICMP_EXTENSION_HEADER, labels, objects);
}
