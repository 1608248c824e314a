// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Any bytes as a frame or packet: the decoder reads nothing beyond them and says nothing impossible, whichever
 * layout the survey had.
 *
 * The first bytes of an input say how the rest is taken. Probes and checksums that a fuzzer would never guess
 * are laid into it where it asks for that, so that what lies behind them is reached too.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz_probe.h"
#include "ip_header.h"
#include "output/format.h"
#include "output/object_text.h"
#include "packet/reply.h"
#include "reply_parse.h"
#include "target_answer.h"

enum input_flag {
    INPUT_IP = 1 << 0,        /* from the IP header on, not from Ethernet's */
    INPUT_PROBE = 1 << 1,     /* put the probe where one is quoted */
    INPUT_CHECKSUMS = 1 << 2, /* put the checksums right */
    INPUT_EXTENSION = 1 << 3, /* an ICMP message, only for the extensions */
    INPUT_ANSWER = 1 << 4,    /* put the target's answer to the probe over the packet */
    INPUT_IPV6 = 1 << 5,      /* of extensions: an ICMPv6 message */
    INPUT_RST = 1 << 6,       /* of answers by TCP */
};

enum {
    CHANGES = 3, /* of bytes of what was laid */
};

struct input {
    uint8_t flags;
    struct fuzz_probe probe;
    uint8_t changes[CHANGES][2]; /* position and new value of a byte there; 0: nothing */
};

/* Copies as much as there is room for. */
static void lay(const struct input *input, const uint8_t *packet, unsigned length, uint8_t *at,
                const uint8_t *end)
{
    size_t room = (size_t)(end - at);

    memcpy(at, packet, length < room ? length : room);
    for (int i = 0; i < CHANGES; i++)
        if (input->changes[i][0] < room)
            at[input->changes[i][0]] ^= input->changes[i][1];
}

static const uint8_t *find_ip(const struct input *input, const uint8_t *bytes, const uint8_t *end,
                              enum address_family *family)
{
    if (!(input->flags & INPUT_IP))
        return reply_find_ip(bytes, end, family);
    *family = end > bytes && bytes[0] >> 4 == 4 ? FAMILY_IPV4 : FAMILY_IPV6;
    return bytes;
}

/* What the checksum of ICMPv6 covers before the message (RFC 8200, section 8.1). */
static uint32_t pseudo_header(enum address_family family, const uint8_t *ip, size_t length)
{
    uint32_t sum = (uint32_t)length + PROTOCOL_ICMPV6;

    for (unsigned i = IPV6_SOURCE; i < IPV6_HEADER; i += 2)
        sum += load_be16(ip + i);
    return family == FAMILY_IPV6 ? sum : 0;
}

static void put_checksums(enum address_family family, uint8_t *ip, uint8_t *icmp, const uint8_t *end)
{
    size_t header = (size_t)(icmp - ip), total = ip_length(family, ip);

    if (family == FAMILY_IPV4)
        seal(ip + IPV4_CHECKSUM, ip, header);
    if (total >= header + ICMP_HEADER && total <= (size_t)(end - ip))
        seal_from(pseudo_header(family, ip, total - header), icmp + ICMP_CHECKSUM, icmp, total - header);
}

static void repair(const struct input *input, uint8_t *bytes, const uint8_t *end)
{
    enum address_family family;
    const uint8_t *found = find_ip(input, bytes, end, &family);
    uint8_t packet[LAYOUT_LONGEST];
    unsigned length = fuzz_craft(&input->probe, packet);
    struct reply_view view;

    if (!found)
        return;
    uint8_t *ip = bytes + (found - bytes);
    if (input->flags & INPUT_ANSWER) {
        target_answer_make(fuzz_choice(&input->probe).layout, packet,
                           input->flags & INPUT_RST ? TCP_RST : TCP_SYN_ACK);
        lay(input, packet, length, ip, end);
        return;
    }
    if (reply_parse_ip(family, ip, end, &view) != REPLY_ERROR)
        return;
    if (input->flags & INPUT_PROBE)
        lay(input, packet, length, bytes + (view.quotation - bytes), end);
    if (input->flags & INPUT_CHECKSUMS)
        put_checksums(family, ip, bytes + (view.icmp - bytes), end);
}

static void check_kind(enum address_family family, const struct reply *reply)
{
    uint8_t type = reply->icmp_type;

    require(reply->kind < REPLY_KINDS);
    if (reply->kind != REPLY_ICMP_ERROR)
        require(reply->solicited && !reply->next_hop_mtu && !reply->labels.count && !reply->objects.length);
    else if (family == FAMILY_IPV6)
        require(type >= ICMP6_DESTINATION_UNREACHABLE && type <= ICMP6_PARAMETER_PROBLEM);
    else
        require(type == ICMP_TIME_EXCEEDED_TYPE || type == ICMP_DESTINATION_UNREACHABLE ||
                type == ICMP_PARAMETER_PROBLEM);
}

static void decode(const struct input *input, const uint8_t *bytes, size_t length)
{
    const struct layout_choice choice = fuzz_choice(&input->probe);
    const struct layout_pair pair = layout_pair_of(&choice);
    struct reply reply;
    enum decode_verdict verdict = input->flags & INPUT_IP
                                      ? reply_decode_ip(&pair, bytes, length, &reply)
                                      : reply_decode_ethernet(&pair, bytes, length, &reply);

    require(verdict != DECODE_REJECT_OUT_OF_SURVEY && verdict < DECODE_VERDICTS);
    if (verdict != DECODE_ACCEPTED)
        return;
    enum address_family family = address_family(reply.responder);
    require_possible(layout_of_family(&pair, family), &reply.quoted);
    require(reply.labels.count <= LABELS_MAX && reply.objects.length <= EXTENSION_OBJECTS_MAX);
    require(reply_tells_time(&reply) || reply.rewritten || reply.truncated);
    check_kind(family, &reply);
}

/* The text of the extensions is printable, and no longer than a line may be. */
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

static void read_extension(enum address_family family, const uint8_t *bytes, size_t length)
{
    struct extension_objects objects;
    struct label_stack stack;

    icmp_extension_read(family, bytes, length, &stack, &objects);
    require(stack.count <= LABELS_MAX && stack.count * 4U <= length);
    require(objects.length <= EXTENSION_OBJECTS_MAX && stack.count * 4U + objects.length <= length);
    write_objects(&objects);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input;

    if (size < sizeof(input))
        return 0;
    memcpy(&input, data, sizeof(input));

    /* A copy of exactly this size: then the sanitizer sees the first byte that is read beyond it. */
    size_t length = size - sizeof(input);
    uint8_t *bytes = malloc(length ? length : 1);
    require(bytes != NULL);
    memcpy(bytes, data + sizeof(input), length);
    if (input.flags & INPUT_EXTENSION) {
        read_extension(input.flags & INPUT_IPV6 ? FAMILY_IPV6 : FAMILY_IPV4, bytes, length);
    } else {
        repair(&input, bytes, bytes + length);
        decode(&input, bytes, length);
    }
    free(bytes);
    return 0;
}
