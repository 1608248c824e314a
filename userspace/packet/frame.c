// SPDX-License-Identifier: GPL-2.0-or-later
#include "packet/frame.h"

#include <string.h>

void frame_template_init(struct frame_template *t, const struct frame_config *config)
{
    uint8_t *p = t->ethernet;

    memcpy(p, config->next_hop_mac, ETHERNET_ADDRESS);
    memcpy(p + ETHERNET_ADDRESS, config->source_mac, ETHERNET_ADDRESS);
    p += ETHERNET_TYPE;
    if (config->vlan != FRAME_NO_VLAN) {
        store_be16(p, ETHERTYPE_VLAN_8021Q);
        store_be16(p + 2, config->vlan);
        p += VLAN_TAG;
    }
    store_be16(p, config->layout.layout->family == FAMILY_IPV4 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6);
    t->ethernet_length = (unsigned)(p + 2 - t->ethernet);
    t->layout = config->layout;
    t->layout.layout->template_init(&t->probe, config->layout.key, config->source, config->layout.port);
    if (config->contact)
        layout_fill(&t->probe, t->layout.layout->crafted, config->contact);
}

unsigned frame_changing(const struct frame_template *t)
{
    return t->probe.filler[0] ? t->layout.layout->longest : t->layout.layout->crafted;
}

void frame_prepare(const struct frame_template *t, uint8_t *frame)
{
    memcpy(frame, t->ethernet, t->ethernet_length);
    t->layout.layout->prepare(&t->probe, frame + t->ethernet_length);
}

unsigned frame_wire_bytes(const struct layout *layout, unsigned ttl, bool vlan)
{
    const struct layout_choice choice = {.layout = layout, .port = layout->usual_port};
    const struct frame_config config = {.layout = choice, .vlan = vlan ? 0 : FRAME_NO_VLAN};
    const struct probe probe = {.ttl = (uint8_t)ttl};
    struct frame_template template;
    uint8_t frame[FRAME_MAX_LENGTH];

    frame_template_init(&template, &config);
    frame_prepare(&template, frame);
    unsigned length = frame_craft(&template, &probe, 0, frame);
    return (length < FRAME_WIRE_MIN ? FRAME_WIRE_MIN : length) + FRAME_WIRE_OVERHEAD;
}

bool frame_probe(const struct frame_template *t, const uint8_t *frame, struct probe *out)
{
    struct quoted_probe held;

    if (!layout_read_own(&t->layout, frame + t->ethernet_length, LAYOUT_LONGEST, &held))
        return false;
    *out = held.probe;
    return true;
}

void frame_renew(const struct frame_template *t, uint32_t now_us, uint8_t *frame)
{
    struct probe held;

    if (frame_probe(t, frame, &held))
        frame_craft(t, &held, now_us, frame);
}
