// SPDX-License-Identifier: GPL-2.0-or-later
#include "packet/fragments.h"

#include <string.h>

#include "bytes.h"
#include "checksum.h"
#include "ip_header.h"

/* Returns the bytes before a fragment's data. */
static unsigned header_size(enum address_family family)
{
    return ip_header(family) + (family == FAMILY_IPV6 ? IPV6_FRAGMENT_HEADER : 0);
}

/* Returns how much data fits behind a header; all fragments but the last have this much. */
static unsigned data_at_most(enum address_family family, unsigned mtu)
{
    return (mtu - header_size(family)) / FRAGMENT_UNIT * FRAGMENT_UNIT;
}

static void write_ipv4(const struct fragments *self, struct fragment *out, bool last)
{
    uint8_t *ip = out->header;
    uint32_t sum = 0;

    store_be16(ip + IPV4_TOTAL_LENGTH, (uint16_t)(IPV4_HEADER + out->size));
    store_be16(ip + IPV4_FRAGMENT, (uint16_t)(self->done / FRAGMENT_UNIT | (last ? 0 : IPV4_MORE_FRAGMENTS)));
    store_be16(ip + IPV4_CHECKSUM, 0);
    for (int i = 0; i < IPV4_HEADER; i += 2)
        sum += load_be16(ip + i);
    store_be16(ip + IPV4_CHECKSUM, checksum_finish(sum));
}

static void write_ipv6(const struct fragments *self, struct fragment *out, bool last)
{
    uint8_t *ip = out->header, *fragment = ip + IPV6_HEADER;

    store_be16(ip + IPV6_PAYLOAD_LENGTH, (uint16_t)(IPV6_FRAGMENT_HEADER + out->size));
    fragment[EXTENSION_NEXT] = ip[IPV6_NEXT_HEADER];
    ip[IPV6_NEXT_HEADER] = EXTENSION_FRAGMENT;
    store_be16(fragment + IPV6_FRAGMENT_PLACE, (uint16_t)(self->done | (last ? 0 : IPV6_MORE_FRAGMENTS)));
    store_be32(fragment + IPV6_FRAGMENT_ID, self->identification);
}

static void write_header(const struct fragments *self, enum address_family family, struct fragment *out,
                         bool last)
{
    memset(out->header, 0, sizeof(out->header));
    memcpy(out->header, self->packet, ip_header(family));
    (family == FAMILY_IPV4 ? write_ipv4 : write_ipv6)(self, out, last);
}

bool fragments_next(struct fragments *self, struct fragment *out)
{
    enum address_family family = ip_family(self->packet);
    uint8_t *data = self->packet + ip_header(family);
    unsigned left = self->length - ip_header(family) - self->done;
    bool last = left <= self->mtu - header_size(family);

    if (!left)
        return false;
    out->header_size = header_size(family);
    out->data = data + self->done;
    out->size = last ? left : data_at_most(family, self->mtu);
    write_header(self, family, out, last);
    self->done += out->size;
    return true;
}

unsigned fragments_count(enum address_family family, unsigned length, unsigned mtu)
{
    unsigned data = length - ip_header(family), each = data_at_most(family, mtu);

    if (length <= mtu)
        return 1;
    /* The last fragment may be longer than the others by less than a unit. */
    return (data - (mtu - header_size(family)) + each - 1) / each + 1;
}

unsigned fragments_least_mtu(enum address_family family)
{
    return header_size(family) + FRAGMENT_UNIT;
}
