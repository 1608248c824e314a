// SPDX-License-Identifier: GPL-2.0-or-later
#include "packet/icmp_extension.h"

#include "bytes.h"
#include "packet/sum.h"
#include "reply_parse.h"

enum {
    QUOTATION_PADDED = 128, /* RFC 4884, section 3: an extended quotation has at least 128 bytes */
    EXTENSION_HEADER = 4,
    EXTENSION_VERSION = 2,
    OBJECT_HEADER = 4,
    MPLS_CLASS = 1, /* RFC 4950, section 3 */
    MPLS_INCOMING_STACK = 1,
};

/*
 * Whether an extension structure starts at `offset`. A checksum of 0 means that none was computed (RFC 4884,
 * section 7); a structure in a place that nothing announces must prove itself.
 */
static bool extension_at(const uint8_t *icmp, size_t length, size_t offset, bool announced)
{
    if (length < offset + EXTENSION_HEADER || icmp[offset] >> 4 != EXTENSION_VERSION)
        return false;
    if (load_be16(icmp + offset + 2) == 0)
        return announced;
    return sum_valid(icmp + offset, length - offset);
}

/* Where the extension structure starts, 0 where there is none (RFC 4884, sections 4.1 to 4.3, 5.5). */
static size_t extension_offset(const uint8_t *icmp, size_t length)
{
    /* The length field counts 32-bit words, in all three kinds of errors in the same place. */
    size_t quoted = (size_t)icmp[5] * 4;

    if (quoted && extension_at(icmp, length, ICMP_HEADER + quoted, true))
        return ICMP_HEADER + quoted;
    /* Routers older than the RFC announce nothing, newer ones the quotation without its padding, or its
     * length in bytes. Where that is more than there is, something was announced, and is behind the padding.
     */
    if (icmp[5] > QUOTATION_PADDED && extension_at(icmp, length, ICMP_HEADER + icmp[5], false))
        return ICMP_HEADER + icmp[5];
    if (extension_at(icmp, length, ICMP_HEADER + QUOTATION_PADDED, ICMP_HEADER + quoted >= length))
        return ICMP_HEADER + QUOTATION_PADDED;
    return 0;
}

static void read_stack(const uint8_t *entries, size_t length, struct label_stack *out)
{
    for (; length >= 4; entries += 4, length -= 4) {
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
    at += EXTENSION_HEADER;
    while (length - at >= OBJECT_HEADER) {
        size_t object = load_be16(icmp + at);
        bool mpls = icmp[at + 2] == MPLS_CLASS && icmp[at + 3] == MPLS_INCOMING_STACK;

        if (object < OBJECT_HEADER || object > length - at) {
            out->cut = out->cut || mpls;
            return;
        }
        if (mpls)
            read_stack(icmp + at + OBJECT_HEADER, object - OBJECT_HEADER, out);
        at += object;
    }
}
