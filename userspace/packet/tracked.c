// SPDX-License-Identifier: GPL-2.0-or-later
#include "packet/tracked.h"

#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "ip_header.h"
#include "packet/tracked_table.h"

enum {
    /* Separate the values derived from the key. */
    PROOF = 0x70726f6f,
    MORE_PROOF = 0x6d6f7265,
    FRAGMENT_ID = 0x66726167,
};

static void note_kind(struct tracked *tracked, const struct layout *layout)
{
    for (unsigned i = 0; i < tracked->kind_count; i++)
        if (tracked->kinds[i] == layout)
            return;
    tracked->kinds[tracked->kind_count++] = layout;
}

static void prepare_lane(struct tracked *tracked, const struct tracked_config *config, unsigned lane)
{
    struct address source = config->sources[lane];
    const struct layout_pair *pair = config->lane_layouts ? &config->lane_layouts[lane] : &config->layouts;
    const struct layout_choice *choice = layout_of_family(pair, address_family(source));
    struct layout_template *t = &tracked->templates[lane];

    tracked->lane_layouts[lane] = choice->layout;
    note_kind(tracked, choice->layout);
    choice->layout->template_init(t, choice->key, source, choice->port);
    if (choice->layout->family == FAMILY_IPV4)
        t->ip_sum += tracked->tos + (tracked->dont_fragment ? IPV4_DONT_FRAGMENT : 0U);
}

/* Writes the fields that layouts do not handle. In IPv4, the template's checksum includes them already. */
static void write_options(const struct tracked *tracked, enum address_family family, uint8_t *ip)
{
    if (family == FAMILY_IPV4) {
        ip[IPV4_TOS] = tracked->tos;
        store_be16(ip + IPV4_FRAGMENT, tracked->dont_fragment ? IPV4_DONT_FRAGMENT : 0);
        return;
    }
    uint32_t label = tracked->same_flow_label ? tracked->flow_label : load_be32(ip);

    store_be32(ip, IPV6_FIRST_WORD | (uint32_t)tracked->tos << IPV6_CLASS_SHIFT | (label & IPV6_FLOW_LABEL));
}

struct tracked *tracked_create(const struct tracked_config *config)
{
    struct tracked *tracked = calloc(1, sizeof(*tracked));

    if (!tracked)
        return NULL;
    tracked->layouts = config->layouts;
    tracked->tos = config->tos;
    tracked->dont_fragment = config->dont_fragment;
    tracked->same_flow_label = config->same_flow_label;
    tracked->flow_label = config->flow_label;
    tracked->compares_ip_ids = config->compares_ip_ids;
    tracked->probes = calloc(TRACKED_PROBES, sizeof(*tracked->probes));
    tracked->by_proof = calloc(UINT16_MAX + 1, sizeof(*tracked->by_proof));
    if (!tracked->probes || !tracked->by_proof) {
        tracked_free(tracked);
        return NULL;
    }
    for (unsigned lane = 0; lane < config->source_count; lane++)
        prepare_lane(tracked, config, lane);
    return tracked;
}

void tracked_free(struct tracked *tracked)
{
    if (!tracked)
        return;
    free(tracked->by_proof);
    free(tracked->probes);
    free(tracked);
}

unsigned tracked_with_data(const struct layout *layout, unsigned data)
{
    const struct tracked_layout *tracked = layout->tracked;
    unsigned size = data ? tracked->headers + data : tracked->shortest;

    return size > tracked->shortest ? size : tracked->shortest;
}

struct tracked_probe *tracked_find(const struct tracked *tracked, uint16_t number)
{
    struct tracked_probe *sent = &tracked->probes[number % TRACKED_PROBES];

    return sent->number ? sent : NULL;
}

const struct layout *tracked_layout_of(const struct tracked *tracked, const struct tracked_probe *sent)
{
    return tracked->lane_layouts[sent->probe.lane];
}

unsigned tracked_size(const struct tracked *tracked, const struct tracked_probe *sent)
{
    unsigned shortest = tracked_layout_of(tracked, sent)->tracked->shortest;

    return sent->probe.size > shortest ? sent->probe.size : shortest;
}

/* A hash of the complete number. */
static uint64_t hash_of(const struct tracked *tracked, uint32_t number, uint32_t purpose)
{
    return siphash_u64(layout_pair_usual(&tracked->layouts)->key, number | (uint64_t)purpose << 32);
}

uint16_t tracked_proof(const struct tracked *tracked, uint32_t number)
{
    uint16_t proof = (uint16_t)hash_of(tracked, number, PROOF);

    return proof ? proof : 1;
}

uint32_t tracked_fragment_id(const struct tracked *tracked)
{
    return (uint32_t)hash_of(tracked, tracked->number, FRAGMENT_ID);
}

void tracked_write(const struct tracked *tracked, const struct tracked_probe *sent, uint8_t *packet)
{
    const struct layout *layout = tracked_layout_of(tracked, sent);
    const struct layout_template *t = &tracked->templates[sent->probe.lane];
    const struct tracked_stamp stamp = {
        .number = (uint16_t)sent->number,
        .proof = tracked_proof(tracked, sent->number),
        .more_proof = (uint32_t)hash_of(tracked, sent->number, MORE_PROOF),
    };
    struct probe probe = sent->probe;

    probe.size = (uint16_t)tracked_size(tracked, sent);
    memset(packet, 0, LAYOUT_LONGEST);
    layout->prepare(t, packet);
    layout->tracked->craft(t, &probe, stamp, packet);
    write_options(tracked, layout->family, packet);
}

/* Numbers whose low half is 0 are skipped. */
static struct tracked_probe *enter(struct tracked *tracked, const struct probe *p, uint64_t now_ns)
{
    tracked->number += (uint16_t)(tracked->number + 1) ? 1 : 2;

    struct tracked_probe *sent = &tracked->probes[tracked->number % TRACKED_PROBES];
    *sent = (struct tracked_probe){
        .probe = *p,
        .source = tracked->templates[p->lane].source,
        .number = tracked->number,
        .sent_ns = now_ns,
    };
    return sent;
}

/* A probe without room for its proof cannot be found by it. */
static void note_proof(struct tracked *tracked, struct tracked_probe *sent, const uint8_t *packet)
{
    const struct layout *layout = tracked_layout_of(tracked, sent);
    const uint8_t *transport = packet + ip_header(layout->family);
    uint16_t proof = tracked_proof(tracked, sent->number);

    if (load_be16(tracked_field(packet, transport, layout->tracked->proof)) != proof)
        return;
    sent->same_proof = tracked->by_proof[proof];
    tracked->by_proof[proof] = (uint16_t)sent->number;
}

void tracked_left(struct tracked *tracked, uint64_t now_ns)
{
    tracked->probes[tracked->number % TRACKED_PROBES].sent_ns = now_ns;
}

unsigned tracked_craft(struct tracked *tracked, const struct probe *p, uint64_t now_ns, uint8_t *packet)
{
    struct tracked_probe *sent = enter(tracked, p, now_ns);

    tracked_write(tracked, sent, packet);
    note_proof(tracked, sent, packet);
    return tracked_size(tracked, sent);
}
