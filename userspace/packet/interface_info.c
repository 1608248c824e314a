// SPDX-License-Identifier: GPL-2.0-or-later
#include "packet/interface_info.h"

#include <string.h>

#include "bytes.h"
#include "protocol.h"

/* The type of the object (section 4.1, figure 1); its parts come in this order. */
enum part {
    ROLE_SHIFT = 6,
    PART_INDEX = 0x08,
    PART_ADDRESS = 0x04,
    PART_NAME = 0x02,
    PART_MTU = 0x01,
};

/* Address families of IANA (section 4.2). */
enum {
    AFI_IPV4 = 1,
    AFI_IPV6 = 2,
    ADDRESS_HEADER = 4,
};

struct cursor {
    const uint8_t *at;
    size_t left;
};

/* Returns the next `length` bytes; or NULL if there are fewer, and then also in all later calls. */
static const uint8_t *take(struct cursor *cursor, size_t length)
{
    const uint8_t *bytes = cursor->at;

    if (length > cursor->left) {
        cursor->left = 0;
        return NULL;
    }
    cursor->at += length;
    cursor->left -= length;
    return bytes;
}

static bool take_word(struct cursor *cursor, uint32_t *word)
{
    const uint8_t *bytes = take(cursor, sizeof(*word));

    if (bytes)
        *word = load_be32(bytes);
    return bytes != NULL;
}

static bool take_address(struct cursor *cursor, struct address *address)
{
    const uint8_t *header = take(cursor, ADDRESS_HEADER), *bytes = NULL;
    unsigned family = header ? load_be16(header) : 0;

    if (family == AFI_IPV4) {
        bytes = take(cursor, 4);
        if (bytes)
            *address = address_of_ipv4(load_be32(bytes));
    } else if (family == AFI_IPV6) {
        bytes = take(cursor, ADDRESS_BYTES);
        if (bytes)
            *address = address_load(bytes);
    } else {
        cursor->left = 0; /* its end is unknown */
    }
    return bytes != NULL;
}

/* Section 4.3: one byte with the total length including itself, then the name, padded with zeros. */
static void take_name(struct cursor *cursor, struct interface_info *out)
{
    const uint8_t *name = cursor->left && cursor->at[0] ? take(cursor, cursor->at[0]) : NULL;

    if (!name || name[0] > 1 + INTERFACE_NAME_MAX) {
        cursor->left = 0;
        return;
    }
    out->name = name + 1;
    out->name_length = (uint8_t)strnlen((const char *)out->name, name[0] - 1U);
}

void interface_info_read(const uint8_t *object, size_t length, struct interface_info *out)
{
    unsigned parts = object[ICMP_OBJECT_TYPE];
    struct cursor cursor = {object + ICMP_OBJECT_HEADER, length - ICMP_OBJECT_HEADER};

    *out = (struct interface_info){.role = (enum interface_role)(parts >> ROLE_SHIFT)};
    if (parts & PART_INDEX)
        out->has_index = take_word(&cursor, &out->index);
    if (parts & PART_ADDRESS)
        out->has_address = take_address(&cursor, &out->address);
    if (parts & PART_NAME)
        take_name(&cursor, out);
    if (parts & PART_MTU)
        out->has_mtu = take_word(&cursor, &out->mtu);
}

static uint8_t *put_word(uint8_t *p, uint32_t word)
{
    store_be32(p, word);
    return p + sizeof(word);
}

static uint8_t *put_address(uint8_t *p, struct address address)
{
    store_be16(p, address_is_ipv4(address) ? AFI_IPV4 : AFI_IPV6);
    store_be16(p + 2, 0);
    if (address_is_ipv4(address))
        return put_word(p + ADDRESS_HEADER, address_ipv4(address));
    address_store(p + ADDRESS_HEADER, address);
    return p + ADDRESS_HEADER + ADDRESS_BYTES;
}

static uint8_t *put_name(uint8_t *p, const struct interface_info *info)
{
    *p++ = (uint8_t)(1 + info->name_length);
    memcpy(p, info->name, info->name_length);
    return p + info->name_length;
}

size_t interface_info_write(const struct interface_info *info, uint8_t object[INTERFACE_OBJECT_MAX])
{
    unsigned parts = (info->has_index ? PART_INDEX : 0) | (info->has_address ? PART_ADDRESS : 0) |
                     (info->name_length ? PART_NAME : 0) | (info->has_mtu ? PART_MTU : 0);
    uint8_t *p = object + ICMP_OBJECT_HEADER;

    if (info->has_index)
        p = put_word(p, info->index);
    if (info->has_address)
        p = put_address(p, info->address);
    if (info->name_length)
        p = put_name(p, info);
    if (info->has_mtu)
        p = put_word(p, info->mtu);
    store_be16(object, (uint16_t)(p - object));
    object[ICMP_OBJECT_CLASS] = ICMP_OBJECT_INTERFACE_CLASS;
    object[ICMP_OBJECT_TYPE] = (uint8_t)(info->role << ROLE_SHIFT | parts);
    return (size_t)(p - object);
}
