// SPDX-License-Identifier: GPL-2.0-or-later
#include "packet/fragments.h"

#include <string.h>

#include "bytes.h"
#include "checksum.h"
#include "protocol.h"

/* What fits behind a header; all fragments but the last have as much. */
static unsigned data_at_most(unsigned mtu)
{
    return (mtu - FRAGMENT_HEADER) / FRAGMENT_UNIT * FRAGMENT_UNIT;
}

static void write_header(const struct fragments *self, struct fragment *out, bool last)
{
    uint8_t *ip = out->header;
    uint32_t sum = 0;

    memcpy(ip, self->packet, FRAGMENT_HEADER);
    store_be16(ip + IPV4_TOTAL_LENGTH, (uint16_t)(FRAGMENT_HEADER + out->size));
    store_be16(ip + IPV4_FRAGMENT, (uint16_t)(self->done / FRAGMENT_UNIT | (last ? 0 : IPV4_MORE_FRAGMENTS)));
    store_be16(ip + IPV4_CHECKSUM, 0);
    for (int i = 0; i < FRAGMENT_HEADER; i += 2)
        sum += load_be16(ip + i);
    store_be16(ip + IPV4_CHECKSUM, checksum_finish(sum));
}

bool fragments_next(struct fragments *self, struct fragment *out)
{
    unsigned left = self->length - FRAGMENT_HEADER - self->done;
    bool last = left <= self->mtu - FRAGMENT_HEADER;

    if (!left)
        return false;
    out->data = self->packet + FRAGMENT_HEADER + self->done;
    out->size = last ? left : data_at_most(self->mtu);
    write_header(self, out, last);
    self->done += out->size;
    return true;
}

unsigned fragments_count(unsigned length, unsigned mtu)
{
    unsigned data = length - FRAGMENT_HEADER, each = data_at_most(mtu);

    if (length <= mtu)
        return 1;
    /* The last one may be longer than the others, by what is no whole unit. */
    return (data - (mtu - FRAGMENT_HEADER) + each - 1) / each + 1;
}
