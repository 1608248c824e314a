// SPDX-License-Identifier: GPL-2.0-or-later
#include "receive/pcapng_file.h"

#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/growing.h"
#include "receive/pcapng.h"

enum {
    BLOCK_HEADER = 8, /* type and length */
    BLOCK_TRAILER = 4,
    BYTE_ORDER_AT = BLOCK_HEADER,
    INTERFACE_FIXED = 8, /* bytes in bodies before the options or the packet */
    PACKET_FIXED = 20,
    SIMPLE_PACKET_FIXED = 4,
    INTERFACES_MAX = 1 << 16, /* devices and queues of a host; more would only cost memory */
    POWERS_OF_TEN = 20,       /* that fit 64 bits */
    BINARY = 0x80,
};

struct pcapng_interface {
    int link_type;
    uint32_t snap_length; /* 0: none */
    uint64_t units;       /* per second; 0: stamps cannot be read */
    int64_t offset_s;
};

struct block {
    uint32_t type;
    const uint8_t *body;
    size_t length;
};

bool pcapng_file_is(const uint8_t magic[4])
{
    return captured_u32(magic, false) == PCAPNG_SECTION;
}

/* 10^n or 2^n (section 4.2). */
static uint64_t units_of(uint8_t resolution)
{
    unsigned power = resolution & ~BINARY;
    uint64_t units = 1;

    if (resolution & BINARY)
        return power < 64 ? 1ULL << power : 0;
    if (power >= POWERS_OF_TEN)
        return 0;
    while (power--)
        units *= 10;
    return units;
}

static void take_option(const struct pcapng_file *file, uint16_t code, const uint8_t *value, size_t length,
                        struct pcapng_interface *out)
{
    if (code == PCAPNG_INTERFACE_RESOLUTION && length == 1)
        out->units = units_of(value[0]);
    if (code == PCAPNG_INTERFACE_OFFSET && length == sizeof(uint64_t))
        out->offset_s = (int64_t)captured_u64(value, file->swapped);
}

/* Reads options up to the end of options, or to bytes that are too few for one. */
static void take_options(const struct pcapng_file *file, const uint8_t *options, size_t left,
                         struct pcapng_interface *out)
{
    while (left >= PCAPNG_OPTION_HEADER) {
        uint16_t code = captured_u16(options, file->swapped);
        size_t length = captured_u16(options + 2, file->swapped);
        size_t filled = PCAPNG_OPTION_HEADER + (length + PCAPNG_WORD - 1) / PCAPNG_WORD * PCAPNG_WORD;

        if (code == PCAPNG_OPTIONS_END || filled > left)
            return;
        take_option(file, code, options + PCAPNG_OPTION_HEADER, length, out);
        options += filled;
        left -= filled;
    }
}

static int add_interface(struct pcapng_file *file, const struct block *block, struct error_text *reason)
{
    if (block->length < INTERFACE_FIXED || file->count == INTERFACES_MAX)
        return error_text_set(reason, -EINVAL, "damaged: an interface that cannot be read");

    void *room = growing_room(file->interfaces, file->count, &file->capacity, sizeof(*file->interfaces));
    if (!room)
        return -ENOMEM;
    file->interfaces = room;
    struct pcapng_interface *interface = &file->interfaces[file->count++];
    *interface = (struct pcapng_interface){
        .link_type = captured_u16(block->body, file->swapped),
        .snap_length = captured_u32(block->body + 4, file->swapped),
        .units = NS_PER_S / NS_PER_US,
    };
    take_options(file, block->body + INTERFACE_FIXED, block->length - INTERFACE_FIXED, interface);
    return 0;
}

/* A time that does not fit 64 bits counts as no stamp. */
static uint64_t stamp(const struct pcapng_interface *interface, uint32_t high, uint32_t low)
{
    unsigned __int128 units = (uint64_t)high << 32 | low;

    if (!interface->units)
        return 0;
    __int128 ns = (__int128)(units * NS_PER_S / interface->units) + (__int128)interface->offset_s * NS_PER_S;
    return ns > 0 && ns <= UINT64_MAX ? (uint64_t)ns : 0;
}

static int damaged_packet(struct error_text *reason)
{
    return error_text_set(reason, -EINVAL, "damaged: a packet that does not fit its block");
}

/* Both kinds have interface, time and lengths at the same offsets; only the width of the interface
 * differs. */
static int take_packet(const struct pcapng_file *file, const struct block *block, struct captured_frame *out,
                       struct error_text *reason)
{
    const uint8_t *body = block->body;
    bool swapped = file->swapped;

    if (block->length < PACKET_FIXED)
        return damaged_packet(reason);
    uint32_t number =
        block->type == PCAPNG_PACKET ? captured_u32(body, swapped) : captured_u16(body, swapped);
    *out = (struct captured_frame){.data = body + PACKET_FIXED, .length = captured_u32(body + 12, swapped)};
    if (out->length > block->length - PACKET_FIXED)
        return damaged_packet(reason);
    if (number >= file->count)
        return error_text_set(reason, -EINVAL, "damaged: a packet of interface %u, which is not described",
                              number);
    out->link_type = file->interfaces[number].link_type;
    out->realtime_ns =
        stamp(&file->interfaces[number], captured_u32(body + 4, swapped), captured_u32(body + 8, swapped));
    return 1;
}

/* A simple packet is from the first interface, cut at its snap length, and has no stamp. */
static int take_simple_packet(const struct pcapng_file *file, const struct block *block,
                              struct captured_frame *out, struct error_text *reason)
{
    if (block->length < SIMPLE_PACKET_FIXED || file->count == 0)
        return damaged_packet(reason);

    size_t original = captured_u32(block->body, file->swapped), there = block->length - SIMPLE_PACKET_FIXED;
    size_t snap_length = file->interfaces[0].snap_length;
    *out = (struct captured_frame){
        .data = block->body + SIMPLE_PACKET_FIXED,
        .length = snap_length && snap_length < original ? snap_length : original,
        .link_type = file->interfaces[0].link_type,
    };
    return out->length <= there ? 1 : damaged_packet(reason);
}

static int begin_section(struct pcapng_file *file, const uint8_t *header, struct error_text *reason)
{
    bool as_is = captured_u32(header + BYTE_ORDER_AT, false) == PCAPNG_BYTE_ORDER;

    file->swapped = captured_u32(header + BYTE_ORDER_AT, true) == PCAPNG_BYTE_ORDER;
    file->count = 0;
    return as_is || file->swapped
               ? 0
               : error_text_set(reason, -EINVAL, "damaged: a section without a byte order");
}

static bool holds_packet_or_interface(uint32_t type)
{
    return type == PCAPNG_INTERFACE || type == PCAPNG_OLD_PACKET || type == PCAPNG_SIMPLE_PACKET ||
           type == PCAPNG_PACKET;
}

static int damaged_block(struct error_text *reason, uint32_t length)
{
    return error_text_set(reason, -EINVAL, "damaged: a block with the length %u", length);
}

/* Within a block, the end of the file is an error. */
static int within(int result)
{
    return result ? result : -ENODATA;
}

static int leave_out(const struct pcapng_file *file, struct capture_bytes *bytes, uint32_t length,
                     struct error_text *reason)
{
    const uint8_t *trailer;
    int result = within(capture_bytes_skip(bytes, length - BLOCK_TRAILER));

    if (result == 1)
        result = within(capture_bytes_take(bytes, BLOCK_TRAILER, &trailer));
    if (result == 1 && captured_u32(trailer, file->swapped) != length)
        return damaged_block(reason, length);
    return result == 1 ? 0 : result;
}

/* Returns 1 with a packet, 0 if the block holds none. */
static int take_block(struct pcapng_file *file, struct capture_bytes *bytes, uint32_t length,
                      struct captured_frame *out, struct error_text *reason)
{
    const uint8_t *whole;
    int result = within(capture_bytes_take(bytes, length, &whole));

    if (result == -EMSGSIZE ||
        (result == 1 && captured_u32(whole + length - BLOCK_TRAILER, file->swapped) != length))
        return damaged_block(reason, length);
    if (result != 1)
        return result;

    const struct block block = {
        .type = captured_u32(whole, file->swapped),
        .body = whole + BLOCK_HEADER,
        .length = length - PCAPNG_BLOCK_MIN,
    };
    if (block.type == PCAPNG_INTERFACE)
        return add_interface(file, &block, reason);
    return block.type == PCAPNG_SIMPLE_PACKET ? take_simple_packet(file, &block, out, reason)
                                              : take_packet(file, &block, out, reason);
}

int pcapng_file_next(struct pcapng_file *file, struct capture_bytes *bytes, struct captured_frame *out,
                     struct error_text *reason)
{
    const uint8_t *header;
    int result = 0;

    while (result == 0) {
        result = capture_bytes_look(bytes, PCAPNG_BLOCK_MIN, &header);
        if (result != 1)
            return result;
        if (captured_u32(header, false) == PCAPNG_SECTION && begin_section(file, header, reason))
            return -EINVAL;

        uint32_t type = captured_u32(header, file->swapped);
        uint32_t length = captured_u32(header + PCAPNG_WORD, file->swapped);

        if (length < PCAPNG_BLOCK_MIN || length % PCAPNG_WORD)
            return damaged_block(reason, length);
        result = holds_packet_or_interface(type) ? take_block(file, bytes, length, out, reason)
                                                 : leave_out(file, bytes, length, reason);
    }
    return result;
}

int pcapng_file_link_type(const struct pcapng_file *file, size_t interface)
{
    return interface < file->count ? file->interfaces[interface].link_type : -1;
}

void pcapng_file_end(struct pcapng_file *file)
{
    free(file->interfaces);
    *file = (struct pcapng_file){0};
}
