// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Any bytes as a packet of any link: what is found lies within them, and nothing beyond them is read. The
 * first byte of an input chooses the link.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "packet/link_layer.h"
#include "packet/old_tags.h"

static const struct siphash_key key = {0x0123456789abcdefULL, 0xfedcba9876543210ULL};

static size_t count_links(void)
{
    size_t count = 0;

    while (link_layer_at(count))
        count++;
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;

    size_t length = size - 1;
    uint8_t *packet = malloc(length ? length : 1), *end = packet + length;
    require(packet != NULL);
    memcpy(packet, data + 1, length);

    uint16_t stopped;
    const uint8_t *ip = link_layer_at(data[0] % count_links())->find_ip(packet, end, &stopped);
    require(!ip || (ip >= packet && ip <= end));
    if (ip)
        old_tags_renew(key, packet + (ip - packet), (size_t)(end - ip));
    free(packet);
    return 0;
}
