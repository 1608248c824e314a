// SPDX-License-Identifier: GPL-2.0-or-later
#include "packet/sum.h"

#include <string.h>

#include "checksum.h"
#include "protocol.h"

static uint64_t add(uint64_t sum, uint64_t word)
{
    sum += word;
    return sum + (sum < word); /* the carry is added at the other end */
}

/* Adds the last bytes, fewer than eight. Each of these copies is one instruction; a copy of `length` bytes
 * would be a call. */
static uint64_t add_rest(uint64_t sum, const uint8_t *data, size_t length)
{
    uint32_t four;
    uint16_t two, one = 0;

    if (length & sizeof(four)) {
        memcpy(&four, data, sizeof(four));
        sum = add(sum, four);
        data += sizeof(four);
    }
    if (length & sizeof(two)) {
        memcpy(&two, data, sizeof(two));
        sum = add(sum, two);
        data += sizeof(two);
    }
    if (length & 1)
        memcpy(&one, data, 1);
    return add(sum, one);
}

/* RFC 1071, section 2 (B): the sum may be computed in any byte order and width. Only the bytes of the result
 * are swapped by that, and all ones stay all ones. */
static bool is_valid_from(uint64_t sum, const uint8_t *data, size_t length)
{
    uint64_t word;

    for (; length >= sizeof(word); data += sizeof(word), length -= sizeof(word)) {
        memcpy(&word, data, sizeof(word));
        sum = add(sum, word);
    }
    sum = add_rest(sum, data, length);
    sum = (sum & 0xffffffff) + (sum >> 32);
    sum = (sum & 0xffffffff) + (sum >> 32);
    return checksum_fold((uint32_t)sum) == CHECKSUM_ONES;
}

bool sum_valid(const uint8_t *data, size_t length)
{
    return is_valid_from(0, data, length);
}

/* In words of network order, as they are in memory. */
static uint64_t pseudo_header(const uint8_t *ip, size_t length)
{
    uint64_t sum = BE64((uint64_t)length << 32 | PROTOCOL_ICMPV6), word;

    for (size_t i = IPV6_SOURCE; i < IPV6_HEADER; i += sizeof(word)) {
        memcpy(&word, ip + i, sizeof(word));
        sum = add(sum, word);
    }
    return sum;
}

bool sum_valid_icmp(enum address_family family, const uint8_t *ip, const uint8_t *icmp, size_t length)
{
    return is_valid_from(family == FAMILY_IPV6 ? pseudo_header(ip, length) : 0, icmp, length);
}
