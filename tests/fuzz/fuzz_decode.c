// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Any bytes as a frame or packet: the decoder reads nothing beyond them and says nothing impossible.
 *
 * The first byte of an input says how the rest is taken. Tags and checksums that a fuzzer would never guess
 * are put right where it asks for that, so that what lies behind them is reached too.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "layout_udp4.h"
#include "output/format.h"
#include "output/object_text.h"
#include "packet/reply.h"
#include "reply_parse.h"

enum input_flag {
    INPUT_IPV4 = 1 << 0,      /* from the IPv4 header on, not from Ethernet's */
    INPUT_TAGS = 1 << 1,      /* put the tags right */
    INPUT_CHECKSUMS = 1 << 2, /* put the checksums right */
    INPUT_EXTENSION = 1 << 3, /* an ICMP message, for the extensions alone */
};

static const struct siphash_key key = {0x0123456789abcdefULL, 0xfedcba9876543210ULL};
static const struct layout_pair survey_layouts = {
    .ipv4 = {&layouts[LAYOUT_UDP4], {0x0123456789abcdefULL, 0xfedcba9876543210ULL}, UDP4_PORT},
};

static void put_tags(uint8_t *ip, uint8_t *udp)
{
    uint32_t source = load_be32(ip + 12), target = load_be32(ip + 16);
    uint16_t destination_port = load_be16(udp + 2);
    uint16_t source_port =
        udp4_target_tag(layout_target_tag_start(key, source, PROTOCOL_UDP), target, destination_port);
    uint16_t nat_sum =
        udp4_nat_sum(checksum_u32(source) + checksum_u32(target) + load_be16(udp + 6), source_port);

    store_be16(udp, source_port);
    ip[5] = udp4_probe_tag(key, destination_port, (uint8_t)(load_be16(udp + 4) - 9), ip[4], nat_sum);
}

static void repair(uint8_t *bytes, size_t length, unsigned flags)
{
    const uint8_t *end = bytes + length;
    struct reply_view view;
    enum reply_class class =
        flags & INPUT_IPV4 ? reply_parse_ip(FAMILY_IPV4, bytes, end, &view) : reply_parse_ethernet(bytes, end, &view);

    if (class != REPLY_ERROR)
        return;
    uint8_t *ip = bytes + (view.ip - bytes), *icmp = bytes + (view.icmp - bytes);
    size_t header_length = (size_t)(icmp - ip), total_length = load_be16(ip + 2);

    if (flags & INPUT_TAGS)
        put_tags(icmp + ICMP_HEADER, bytes + (view.transport - bytes));
    if (!(flags & INPUT_CHECKSUMS))
        return;
    seal(ip + 10, ip, header_length);
    if (total_length >= header_length + ICMP_HEADER && total_length <= (size_t)(end - ip))
        seal(icmp + 2, icmp, total_length - header_length);
}

static void decode(const uint8_t *bytes, size_t length, unsigned flags)
{
    struct reply reply;
    enum decode_verdict verdict = flags & INPUT_IPV4
                                      ? reply_decode_ip(&survey_layouts, bytes, length, &reply)
                                      : reply_decode_ethernet(&survey_layouts, bytes, length, &reply);

    require(verdict != DECODE_REJECT_OUT_OF_SURVEY && verdict < DECODE_VERDICTS);
    if (verdict != DECODE_ACCEPTED)
        return;
    require(reply.icmp_type == ICMP_TIME_EXCEEDED_TYPE || reply.icmp_type == ICMP_DESTINATION_UNREACHABLE ||
            reply.icmp_type == ICMP_PARAMETER_PROBLEM);
    require(reply.quoted.probe.ttl >= 1 && reply.quoted.probe.ttl <= PROBE_MAX_TTL);
    require(reply.quoted.probe.flow <= udp4_max_flow(UDP4_PORT));
    require(reply.quoted.sent_at <= PROBE_TIME_MASK);
    require(reply.labels.count <= LABELS_MAX);
}

/* What is made of them is printable, and no longer than a line may be. */
static void write_objects(const struct extension_objects *objects)
{
    char *(*const put[])(char *p, const struct record *record) = {
        object_put_interfaces_csv,
        object_put_interfaces_json,
        object_put_extensions_csv,
        object_put_extensions_json,
    };
    struct record record = {.objects_length = objects->length};
    char text[FORMAT_RECORD_MAX];

    memcpy(record.extension, objects->bytes, objects->length);
    for (size_t i = 0; i < sizeof(put) / sizeof(put[0]); i++) {
        const char *end = put[i](text, &record);

        for (const char *p = text; p < end; p++)
            require(*p >= ' ' && *p <= '~');
    }
}

static void read_extension(const uint8_t *bytes, size_t length)
{
    struct extension_objects objects;
    struct label_stack stack;

    icmp_extension_read(FAMILY_IPV4, bytes, length, &stack, &objects);
    require(stack.count <= LABELS_MAX && stack.count * 4U <= length);
    require(objects.length <= EXTENSION_OBJECTS_MAX && stack.count * 4U + objects.length <= length);
    write_objects(&objects);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;

    /* A copy of its own size: the sanitizer then sees the first byte read beyond it. */
    size_t length = size - 1;
    uint8_t *bytes = malloc(length ? length : 1);
    require(bytes != NULL);
    memcpy(bytes, data + 1, length);
    if (data[0] & INPUT_EXTENSION) {
        read_extension(bytes, length);
    } else {
        repair(bytes, length, data[0]);
        decode(bytes, length, data[0]);
    }
    free(bytes);
    return 0;
}
