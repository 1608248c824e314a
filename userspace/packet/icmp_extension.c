// SPDX-License-Identifier: GPL-2.0-or-later
#include "packet/icmp_extension.h"

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

void icmp_extension_labels(const uint8_t *icmp, size_t length, struct label_stack *out)
{
    out->count = 0;
    out->cut = false;
    if (length < ICMP_HEADER)
        return;

    size_t at = extension_offset(icmp, length);
    if (!at)
        return;
    at += ICMP_EXTENSION_HEADER;
    while (length - at >= ICMP_OBJECT_HEADER) {
        size_t object = load_be16(icmp + at);
        bool mpls = icmp[at + ICMP_OBJECT_CLASS] == ICMP_OBJECT_MPLS_CLASS &&
                    icmp[at + ICMP_OBJECT_TYPE] == ICMP_OBJECT_MPLS_TYPE;

        if (object < ICMP_OBJECT_HEADER || object > length - at) {
            out->cut = out->cut || mpls;
            return;
        }
        if (mpls)
            read_stack(icmp + at + ICMP_OBJECT_HEADER, object - ICMP_OBJECT_HEADER, out);
        at += object;
    }
}
