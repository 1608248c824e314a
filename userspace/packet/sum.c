// SPDX-License-Identifier: GPL-2.0-or-later
#include "packet/sum.h"

#include <string.h>

#include "checksum.h"

/* RFC 1071, section 2 (B): the sum may be taken in any byte order and width; only the result's bytes are
 * swapped by it, and all ones swap to all ones. */
bool sum_valid(const uint8_t *data, size_t length)
{
    uint64_t sum = 0, word;

    for (; length >= sizeof(word); data += sizeof(word), length -= sizeof(word)) {
        memcpy(&word, data, sizeof(word));
        sum += word;
        sum += sum < word; /* the carry comes back in at the other end */
    }
    word = 0;
    memcpy(&word, data, length);
    sum += word;
    sum += sum < word;
    sum = (sum & 0xffffffff) + (sum >> 32);
    sum = (sum & 0xffffffff) + (sum >> 32);
    return checksum_fold((uint32_t)sum) == 0xffff;
}
