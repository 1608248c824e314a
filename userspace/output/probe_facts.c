// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/probe_facts.h"

#include <string.h>

#include "base/address_text.h"
#include "bytes.h"
#include "ip_header.h"
#include "protocol.h"

static void take_source(struct address_pair *sources, struct address source)
{
    struct address *of_family = address_is_ipv4(source) ? &sources->ipv4 : &sources->ipv6;

    if (address_is_none(*of_family))
        *of_family = source;
}

/* Takes the first way of each family by which probes left. */
static void take_ways(struct address_pair *sources, const json_t *ways)
{
    const json_t *out = json_object_get(ways, "out");

    for (size_t i = 0; i < json_array_size(out); i++) {
        const char *text = json_string_value(json_object_get(json_array_get(out, i), "source"));
        struct address source;

        if (text && address_parse(text, &source))
            take_source(sources, source);
    }
}

struct probe_facts probe_facts_of(const struct survey_metadata *metadata)
{
    struct probe_facts facts = {0};

    if (!metadata)
        return facts;
    const struct layout_choice choice = {
        .layout = metadata->layout, .key = metadata->key, .port = (uint16_t)metadata->port};

    facts.layouts = layout_pair_of(&choice);
    take_ways(&facts.sources, metadata->ways);
    if (!address_is_none(metadata->source))
        take_source(&facts.sources, metadata->source);
    return facts;
}

static unsigned header_length(const uint8_t *ip)
{
    return ip_header(ip_family(ip));
}

/* As on the wire: ICMP has an identifier, and no destination port. */
static void take_ports(const struct layout *layout, const uint8_t *ip, struct record *record)
{
    const uint8_t *transport = ip + header_length(ip);

    if (layout->protocol == PROTOCOL_UDP || layout->protocol == PROTOCOL_TCP) {
        record->src_port = load_be16(transport + PORT_SOURCE);
        record->dst_port = load_be16(transport + PORT_DESTINATION);
    } else {
        record->src_port = load_be16(transport + ICMP_IDENTIFIER);
    }
}

void probe_facts_fill(const struct probe_facts *facts, struct record *record)
{
    enum address_family family = address_family(record->target_address);
    const struct layout_choice *choice = layout_of_family(&facts->layouts, family);
    struct probe probe = {
        .target_address = record->target_address, .flow = record->flow, .ttl = record->probe_ttl};
    uint8_t ip[LAYOUT_LONGEST];

    if (address_is_none(record->source))
        record->source = address_pair_of(&facts->sources, family);
    if (!choice->layout || record->protocol || !probe.ttl || probe.ttl > PROBE_MAX_TTL ||
        probe.flow > choice->layout->max_flow(choice->port))
        return;
    unsigned length = layout_craft_once(choice, record->source, &probe, 0, ip);

    record->protocol = choice->layout->protocol;
    take_ports(choice->layout, ip, record);
    if (record->probe_size == RECORD_NO_SIZE)
        record->probe_size = (uint16_t)length;
}
