// SPDX-License-Identifier: GPL-2.0-or-later
#include "packet/frame.h"

#include <string.h>

void frame_template_init(struct frame_template *t, const struct frame_config *config)
{
    uint8_t *p = t->ethernet;

    memcpy(p, config->next_hop_mac, 6);
    memcpy(p + 6, config->source_mac, 6);
    p += 12;
    if (config->vlan != FRAME_NO_VLAN) {
        store_be16(p, ETHERTYPE_VLAN_8021Q);
        store_be16(p + 2, config->vlan);
        p += VLAN_TAG;
    }
    store_be16(p, ETHERTYPE_IPV4);
    t->ethernet_length = (unsigned)(p + 2 - t->ethernet);
    udp4_template_init(&t->udp, config->key, address_of_ipv4(config->source), UDP4_PORT);
}

void frame_prepare(const struct frame_template *t, uint8_t *frame)
{
    memcpy(frame, t->ethernet, t->ethernet_length);
    udp4_prepare(&t->udp, frame + t->ethernet_length);
}

unsigned frame_wire_bytes(unsigned ttl, bool vlan)
{
    unsigned length = ETHERNET_HEADER + (vlan ? VLAN_TAG : 0) + UDP4_LENGTH(ttl);

    return (length < FRAME_WIRE_MIN ? FRAME_WIRE_MIN : length) + FRAME_WIRE_OVERHEAD;
}

void frame_renew(const struct frame_template *t, uint32_t now_us, uint8_t *frame)
{
    struct quoted_probe held;

    if (udp4_recover(t->udp.key, UDP4_PORT, frame + t->ethernet_length, frame + t->ethernet_length + 20,
                     &held) == PROBE_OURS)
        frame_craft(t, &held.probe, now_us, frame);
}
