// SPDX-License-Identifier: GPL-2.0-or-later
#include "receive/pcapng_blocks.h"

#include <string.h>

#include "receive/pcapng.h"

enum {
    LINK_RAW_IP = 101, /* www.tcpdump.org/linktypes.html */
    SNAP_LENGTH = 1 << 18,
    NANOSECONDS = 9, /* 10^-9 s */
    FILTER_IS_TEXT = 0,
};

/* A block being written; numbers are in this host's byte order, as its section declares. */
struct block {
    uint8_t *bytes;
    size_t length;
};

static void add(struct block *block, const void *bytes, size_t length)
{
    size_t padding = (PCAPNG_WORD - length % PCAPNG_WORD) % PCAPNG_WORD;

    memcpy(block->bytes + block->length, bytes, length);
    memset(block->bytes + block->length + length, 0, padding);
    block->length += length + padding;
}

static void add_u32(struct block *block, uint32_t value)
{
    add(block, &value, sizeof(value));
}

static void add_two_u16(struct block *block, uint16_t first, uint16_t second)
{
    const uint16_t both[] = {first, second};

    add(block, both, sizeof(both));
}

/* Times have their upper half first, in either byte order; other 64-bit numbers do not. */
static void add_time(struct block *block, uint64_t realtime_ns)
{
    add_u32(block, (uint32_t)(realtime_ns >> 32));
    add_u32(block, (uint32_t)realtime_ns);
}

static struct block begin(uint8_t *out, uint32_t type)
{
    struct block block = {.bytes = out};

    add_u32(&block, type);
    add_u32(&block, 0);
    return block;
}

static size_t end(struct block *block)
{
    uint32_t length = (uint32_t)block->length + PCAPNG_WORD;

    add_u32(block, length);
    memcpy(block->bytes + PCAPNG_WORD, &length, sizeof(length));
    return length;
}

static void add_option(struct block *block, uint16_t code, const void *value, size_t length)
{
    add_two_u16(block, code, (uint16_t)length);
    add(block, value, length);
}

static void add_text(struct block *block, uint16_t code, const char *text)
{
    add_option(block, code, text, strnlen(text, PCAPNG_TEXT_MAX));
}

static void add_count(struct block *block, uint16_t code, uint64_t count)
{
    add_option(block, code, &count, sizeof(count));
}

static void end_options(struct block *block)
{
    add_two_u16(block, PCAPNG_OPTIONS_END, 0);
}

size_t pcapng_section(uint8_t *out, const char *program, const char *system)
{
    struct block block = begin(out, PCAPNG_SECTION);

    add_u32(&block, PCAPNG_BYTE_ORDER);
    add_two_u16(&block, 1, 0);   /* the format's version */
    add_u32(&block, UINT32_MAX); /* the length of the section is unknown */
    add_u32(&block, UINT32_MAX);
    add_text(&block, PCAPNG_SECTION_SYSTEM, system);
    add_text(&block, PCAPNG_SECTION_PROGRAM, program);
    end_options(&block);
    return end(&block);
}

size_t pcapng_interface(uint8_t *out, const char *name, const char *filter)
{
    static const uint8_t resolution = NANOSECONDS;
    uint8_t text[1 + PCAPNG_TEXT_MAX] = {FILTER_IS_TEXT};
    size_t length = strnlen(filter, PCAPNG_TEXT_MAX);
    struct block block = begin(out, PCAPNG_INTERFACE);

    memcpy(text + 1, filter, length);
    add_two_u16(&block, LINK_RAW_IP, 0);
    add_u32(&block, SNAP_LENGTH);
    add_text(&block, PCAPNG_INTERFACE_NAME, name);
    add_option(&block, PCAPNG_INTERFACE_RESOLUTION, &resolution, sizeof(resolution));
    add_option(&block, PCAPNG_INTERFACE_FILTER, text, 1 + length);
    end_options(&block);
    return end(&block);
}

size_t pcapng_packet(uint8_t *out, const struct pcapng_packet *packet)
{
    static const uint32_t flags = PCAPNG_PACKET_INBOUND;
    struct block block = begin(out, PCAPNG_PACKET);

    add_u32(&block, packet->interface);
    add_time(&block, packet->realtime_ns);
    add_u32(&block, packet->length);
    add_u32(&block, packet->original);
    add(&block, packet->ip, packet->length);
    if (packet->comment)
        add_text(&block, PCAPNG_COMMENT, packet->comment);
    add_option(&block, PCAPNG_PACKET_FLAGS, &flags, sizeof(flags));
    end_options(&block);
    return end(&block);
}

size_t pcapng_statistics(uint8_t *out, uint32_t interface, const struct pcapng_statistics *statistics)
{
    struct block block = begin(out, PCAPNG_STATISTICS);

    add_u32(&block, interface);
    add_time(&block, statistics->end_ns);
    add_two_u16(&block, PCAPNG_STATISTICS_START, 2 * PCAPNG_WORD);
    add_time(&block, statistics->start_ns);
    add_two_u16(&block, PCAPNG_STATISTICS_END, 2 * PCAPNG_WORD);
    add_time(&block, statistics->end_ns);
    add_count(&block, PCAPNG_STATISTICS_RECEIVED, statistics->received);
    add_count(&block, PCAPNG_STATISTICS_DROPPED_BY_INTERFACE, statistics->dropped_by_interface);
    add_count(&block, PCAPNG_STATISTICS_FILTER_ACCEPTED, statistics->filter_accepted);
    add_count(&block, PCAPNG_STATISTICS_DROPPED_BY_SYSTEM, statistics->dropped_by_system);
    add_count(&block, PCAPNG_STATISTICS_DELIVERED, statistics->delivered);
    end_options(&block);
    return end(&block);
}
