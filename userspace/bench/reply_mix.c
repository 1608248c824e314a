// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench/reply_mix.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/pages.h"
#include "checksum.h"
#include "mix.h"
#include "reply_parse.h"
#include "sim/options.h"
#include "strategy/strategy.h"
#include "target/path.h"

enum {
    MIN_TTL = 1,
    MAX_TTL = 32,
    FLOWS = 2,
    FRAME_MAX = 256,
    EXTENSION = ICMP_EXTENSION_HEADER + ICMP_OBJECT_HEADER + MPLS_ENTRY,
    CHUNK = 2048,
    HEADROOM = 256, /* XDP_PACKET_HEADROOM */
    CHUNKS_SIZE = REPLY_MIX_LOADED * CHUNK,
};

#define SENT_APART_NS 1000ULL
#define RTT_NS        (100 * NS_PER_MS)

static const struct siphash_key key = {1, 2};

/* Returns the checksum of `data` and of words that add up to `sum`. */
static uint16_t checksum(uint32_t sum, const uint8_t *data, size_t length)
{
    for (size_t i = 0; i < length; i++)
        sum += i % 2 ? data[i] : (uint32_t)data[i] << 8;
    return checksum_finish(sum);
}

/* Appends the extension structure of RFC 4884 with one label stack entry (RFC 4950). */
static size_t put_label(enum address_family family, uint8_t *icmp, uint32_t entry)
{
    uint8_t *extension = icmp + ICMP_HEADER + ICMP_PADDED_QUOTATION,
            *object = extension + ICMP_EXTENSION_HEADER;

    if (family == FAMILY_IPV4)
        icmp[ICMP_LENGTH] = ICMP_PADDED_QUOTATION / ICMP_LENGTH_UNIT;
    else
        icmp[ICMP6_LENGTH] = ICMP_PADDED_QUOTATION / ICMP6_LENGTH_UNIT;
    extension[0] = ICMP_EXTENSION_VERSION << 4;
    store_be16(object, ICMP_OBJECT_HEADER + MPLS_ENTRY);
    object[ICMP_OBJECT_CLASS] = ICMP_OBJECT_MPLS_CLASS;
    object[ICMP_OBJECT_TYPE] = ICMP_OBJECT_MPLS_TYPE;
    store_be32(object + ICMP_OBJECT_HEADER, entry);
    store_be16(extension + ICMP_EXTENSION_CHECKSUM, checksum(0, extension, EXTENSION));
    return ICMP_PADDED_QUOTATION + EXTENSION;
}

static void put_type(enum address_family family, const struct sim_hop *hop, uint8_t *icmp)
{
    bool ipv4 = family == FAMILY_IPV4, target = hop->kind == SIM_HOP_TARGET;

    if (target) {
        icmp[ICMP_TYPE] = ipv4 ? ICMP_DESTINATION_UNREACHABLE : ICMP6_DESTINATION_UNREACHABLE;
        icmp[ICMP_CODE] = ipv4 ? ICMP_PORT_UNREACHABLE : ICMP6_PORT_UNREACHABLE;
    } else {
        icmp[ICMP_TYPE] = ipv4 ? ICMP_TIME_EXCEEDED_TYPE : ICMP6_TIME_EXCEEDED_TYPE;
        icmp[ICMP_CODE] = ICMP_TTL_EXCEEDED; /* the same number in ICMPv6 */
    }
}

/* Writes the ICMP message of `hop` about a packet, without its checksum; returns its length. */
static size_t put_icmp(enum address_family family, uint8_t *icmp, const struct sim_hop *hop,
                       const uint8_t *packet, unsigned length)
{
    uint64_t draw = mix64(hop->address);
    bool whole = draw % 6 == 0 || family == FAMILY_IPV6, labelled = draw % 12 == 1;
    size_t quoted = whole ? length : QUOTATION_MIN;

    put_type(family, hop, icmp);
    memcpy(icmp + ICMP_HEADER, packet, quoted);
    icmp[ICMP_HEADER + (family == FAMILY_IPV4 ? IPV4_TTL : IPV6_HOP_LIMIT)] = 1;
    if (labelled)
        quoted = put_label(family, icmp, (uint32_t)draw);
    return ICMP_HEADER + quoted;
}

/* Writes the header before a message of `length` bytes, and the message's checksum. */
static void put_ipv4(uint8_t *ip, const struct sim_hop *hop, size_t length)
{
    uint8_t *icmp = ip + IPV4_HEADER;

    store_be16(icmp + ICMP_CHECKSUM, checksum(0, icmp, length));
    ip[0] = IPV4_FIRST_BYTE;
    store_be16(ip + IPV4_TOTAL_LENGTH, (uint16_t)(IPV4_HEADER + length));
    ip[IPV4_TTL] = hop->reply_ttl;
    ip[IPV4_PROTOCOL] = PROTOCOL_ICMP;
    store_be32(ip + IPV4_SOURCE, hop->address);
    store_be32(ip + IPV4_DESTINATION, SIM_HOST_ADDRESS);
    store_be16(ip + IPV4_CHECKSUM, checksum(0, ip, IPV4_HEADER));
}

static void put_ipv6(uint8_t *ip, const struct sim_hop *hop, size_t length)
{
    uint8_t *icmp = ip + IPV6_HEADER;

    store_be32(ip, IPV6_FIRST_WORD);
    store_be16(ip + IPV6_PAYLOAD_LENGTH, (uint16_t)length);
    ip[IPV6_NEXT_HEADER] = PROTOCOL_ICMPV6;
    ip[IPV6_HOP_LIMIT] = hop->reply_ttl;
    address_store(ip + IPV6_SOURCE, sim_address6(hop->address));
    address_store(ip + IPV6_DESTINATION, sim_address6(SIM_HOST_ADDRESS));

    uint32_t sum = (uint16_t)~checksum(0, ip + IPV6_SOURCE, IPV6_HEADER - IPV6_SOURCE);
    store_be16(icmp + ICMP_CHECKSUM, checksum(sum + (uint32_t)length + PROTOCOL_ICMPV6, icmp, length));
}

static uint32_t put_reply(enum address_family family, uint8_t *frame, const struct sim_hop *hop,
                          const uint8_t *packet, unsigned length)
{
    bool ipv4 = family == FAMILY_IPV4;
    unsigned header = ipv4 ? IPV4_HEADER : IPV6_HEADER;
    uint8_t *ip = frame + ETHERNET_HEADER;

    memset(frame, 0, FRAME_MAX);
    store_be16(frame + ETHERNET_TYPE, ipv4 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6);
    size_t message = put_icmp(family, ip + header, hop, packet, length);
    (ipv4 ? put_ipv4 : put_ipv6)(ip, hop, message);
    return (uint32_t)(ETHERNET_HEADER + header + message);
}

/* Writes the answer of `hop` to a probe sent at `sent_ns` into `data`, which has room for it. */
static struct received_frame answer_by(const struct sim_hop *hop, const struct layout_choice *choice,
                                       const struct probe *probe, uint64_t sent_ns, uint8_t *data)
{
    enum address_family family = choice->layout->family;
    uint8_t packet[LAYOUT_LONGEST];
    unsigned length;

    length = layout_craft_once(choice, sim_address(SIM_HOST_ADDRESS, family), probe,
                               (uint32_t)(sent_ns / NS_PER_US), packet);
    return (struct received_frame){
        .data = data,
        .length = put_reply(family, data, hop, packet, length),
        .received_ns = sent_ns + RTT_NS,
    };
}

/* Returns false if nobody answers. */
static bool answer(const struct sim_topology *world, const struct layout_choice *choice,
                   const struct probe *probe, uint64_t sent_ns, uint8_t *data, struct received_frame *out)
{
    struct sim_hop hop;

    sim_hop(world, sim_number(probe->target_address), 0, 0, probe->ttl, &hop);
    if (hop.kind == SIM_HOP_NOTHING || !hop.answers)
        return false;
    *out = answer_by(&hop, choice, probe, sent_ns, data);
    return true;
}

static int answer_all(struct reply_mix *mix, const struct sim_topology *world, struct strategy *strategy)
{
    uint8_t *data = mix->memory;
    uint64_t sent_ns = 0;
    struct probe probe;
    size_t count = 0;

    while (count < mix->count) {
        if (strategy->ops->next(strategy, 0, &probe, 1) != 1)
            return -ERANGE;
        sent_ns += SENT_APART_NS;
        if (answer(world, &mix->layout, &probe, sent_ns, data, &mix->frames[count]))
            data += mix->frames[count++].length;
    }
    return 0;
}

int reply_mix_make(struct reply_mix *mix, const struct layout *layout, const struct targets *targets,
                   size_t count)
{
    const struct strategy_config config = {
        .targets = targets,
        .min_ttl = MIN_TTL,
        .max_ttl = MAX_TTL,
        .flows = FLOWS,
        .key = key,
        .slices = 1,
    };
    const struct sim_options options = sim_options_default();
    const struct layout_choice choice = layout_choose(layout, key);
    struct strategy *strategy = NULL;
    struct sim_topology world;

    *mix = (struct reply_mix){
        .layout = choice,
        .layouts = layout_pair_of(&choice),
        .targets = targets,
        .min_ttl = MIN_TTL,
        .max_ttl = MAX_TTL,
        .flows = FLOWS,
        .memory = malloc(count * FRAME_MAX), /* pages that are not written use no memory */
        .frames = calloc(count, sizeof(*mix->frames)),
        .count = count,
    };
    int error = mix->memory && mix->frames && sim_options_resolve(&options, &world) == 0
                    ? strategy_exhaustive.open(&strategy, &config)
                    : -ENOMEM;
    if (!error)
        error = answer_all(mix, &world, strategy);
    if (strategy)
        strategy->ops->close(strategy);
    return error;
}

void reply_mix_of(struct reply_mix *mix, const struct layout *layout, const struct large_world *world)
{
    const struct layout_choice choice = layout_choose(layout, key);

    *mix = (struct reply_mix){
        .layout = choice,
        .layouts = layout_pair_of(&choice),
        .targets = world->targets,
        .min_ttl = MIN_TTL,
        .max_ttl = LARGE_WORLD_HOPS,
        .flows = LARGE_WORLD_FLOWS,
        .count = large_world_replies(world),
        .world = world,
    };
    permutation_init(&mix->order, mix->count, key);
}

void reply_mix_free(struct reply_mix *mix)
{
    free(mix->memory);
    free(mix->frames);
}

uint8_t *reply_chunks_map(void)
{
    return pages_map(CHUNKS_SIZE);
}

void reply_chunks_unmap(uint8_t *chunks)
{
    pages_unmap(chunks, CHUNKS_SIZE);
}

/* Makes the reply at a position of the large world's order. */
static struct received_frame reply_at(const struct reply_mix *mix, size_t position, uint8_t *data)
{
    uint64_t element = permutation_at(&mix->order, position), path = element / LARGE_WORLD_HOPS;
    unsigned ttl = MIN_TTL + element % LARGE_WORLD_HOPS;
    const struct sim_hop hop = {
        .kind = SIM_HOP_ROUTER,
        .address = address_ipv4(large_world_responder(mix->world, path, ttl)),
        .reply_ttl = SIM_ROUTER_INITIAL_TTL,
    };
    const struct probe probe = {
        .target_address =
            targets_flow_address(mix->targets, path_target(path, mix->flows), path_flow(path, mix->flows)),
        .flow = path_flow(path, mix->flows),
        .ttl = (uint8_t)ttl,
    };

    return answer_by(&hop, &mix->layout, &probe, position * SENT_APART_NS, data);
}

/* Copies a reply that was made in advance. */
static struct received_frame reply_copied(const struct reply_mix *mix, size_t position, uint8_t *data)
{
    struct received_frame frame = mix->frames[position];

    memcpy(data, frame.data, frame.length);
    frame.data = data;
    return frame;
}

size_t reply_mix_load(const struct reply_mix *mix, size_t first, size_t end, uint8_t *chunks,
                      struct received_frame out[REPLY_MIX_LOADED])
{
    size_t left = end - first, count = left < REPLY_MIX_LOADED ? left : REPLY_MIX_LOADED;

    for (size_t i = 0; i < count; i++) {
        uint8_t *data = chunks + i * CHUNK + HEADROOM;

        out[i] = mix->world ? reply_at(mix, first + i, data) : reply_copied(mix, first + i, data);
    }
    return count;
}
