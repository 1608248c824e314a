// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/warts_tracelb.h"

#include "output/warts_answer.h"
#include "protocol.h"

/* Sizes by parameter number, up to the last one used. */
static const signed char whole_sizes[] = {
    0, 4, 4, 4, 4, 8, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 2, 2, 4, 4, 1, WARTS_ADDRESS, WARTS_ADDRESS,
};
static const signed char node_sizes[] = {0, 4, 1, 2, 1, WARTS_ADDRESS};
static const signed char link_sizes[] = {0, 2, 2, 1};
static const signed char set_sizes[] = {0, 2};
static const signed char probe_sizes[] = {0, 8, 2, 1, 1, 2};
static const signed char reply_sizes[] = {0, 8, 2, 1, 1, 2, 1, WARTS_EXTENSIONS, 1, 1, 4, WARTS_ADDRESS};

enum {
    SOURCE_PORT = 6,
    DESTINATION_PORT = 7,
    PROBE_SIZE = 8,
    TYPE = 9,
    NODES = 16,
    LINKS = 17,
    SOURCE = 21,
    DESTINATION = 22,
    LINK_SETS = 3,
    SET_PROBES = 1,
    PROBE_SENT = 1,
    PROBE_FLOW = 2,
    PROBE_TTL = 3,
    PROBE_REPLIES = 5,
    REPLY_RECEIVED = 1,
    REPLY_IP_ID = 2,
    REPLY_TTL = 3,
    REPLY_FLAGS = 4,
    REPLY_ICMP = 5,
    REPLY_TCP_FLAGS = 6,
    REPLY_EXTENSIONS = 7,
    REPLY_QUOTED_TTL = 8,
    REPLY_QUOTED_TOS = 9,
    REPLY_FROM = 11,
    REPLY_FLAG_TCP = 0x02,
};

/* Kinds of probes, and the field that differs between flows. */
enum {
    TYPE_UDP_DESTINATION_PORT = 1,
    TYPE_ICMP = 2,
    TYPE_UDP_SOURCE_PORT = 3,
    TYPE_TCP_SOURCE_PORT = 4,
    TYPE_TCP_ACK_SOURCE_PORT = 5,
};

#define COUNT(sizes) (sizeof(sizes) / sizeof((sizes)[0]) - 1)
#define TAKE(source, sizes, self, out)                                                                       \
    warts_take_parameters(source, sizes, COUNT(sizes), &(self)->addresses, out)

void warts_tracelb_begin(struct warts_tracelb *self, struct warts_source *source)
{
    struct warts_values node;

    *self = (struct warts_tracelb){0};
    TAKE(source, whole_sizes, self, &self->what);
    if (source->damaged)
        return;
    for (unsigned nodes = warts_u16_of(&self->what, NODES, 0); nodes && !source->damaged; nodes--)
        TAKE(source, node_sizes, self, &node);
    self->links = warts_u16_of(&self->what, LINKS, 0);
}

/* Moves to the next probe with an answer; returns false if there is none. */
static bool find_replies(struct warts_tracelb *self, struct warts_source *source)
{
    struct warts_values values;

    while (!self->replies && !source->damaged && (self->probes || self->sets || self->links)) {
        if (self->probes) {
            self->probes--;
            TAKE(source, probe_sizes, self, &self->probe);
            self->replies = source->damaged ? 0 : warts_u16_of(&self->probe, PROBE_REPLIES, 0);
        } else if (self->sets) {
            self->sets--;
            TAKE(source, set_sizes, self, &values);
            self->probes = source->damaged ? 0 : warts_u16_of(&values, SET_PROBES, 0);
        } else {
            self->links--;
            TAKE(source, link_sizes, self, &values);
            self->sets = source->damaged ? 0 : warts_u8_of(&values, LINK_SETS, 0);
        }
    }
    return self->replies && !source->damaged;
}

static uint8_t protocol_of(uint8_t type, bool is_ipv4)
{
    if (type == TYPE_ICMP)
        return is_ipv4 ? PROTOCOL_ICMP : PROTOCOL_ICMPV6;
    return type == TYPE_TCP_SOURCE_PORT || type == TYPE_TCP_ACK_SOURCE_PORT ? PROTOCOL_TCP : PROTOCOL_UDP;
}

static void put_probe(const struct warts_tracelb *self, struct record *out)
{
    const struct warts_values *what = &self->what;
    uint8_t type = warts_u8_of(what, TYPE, TYPE_UDP_DESTINATION_PORT);
    bool by_source = type != TYPE_UDP_DESTINATION_PORT && type != TYPE_ICMP;

    out->target_address = what->addresses[DESTINATION];
    out->source = what->addresses[SOURCE];
    out->protocol = protocol_of(type, address_is_ipv4(out->target_address));
    out->flow = warts_u16_of(&self->probe, PROBE_FLOW, 0);
    out->src_port = by_source ? out->flow : warts_u16_of(what, SOURCE_PORT, 0);
    out->dst_port = type == TYPE_UDP_DESTINATION_PORT ? out->flow : warts_u16_of(what, DESTINATION_PORT, 0);
    out->probe_size = warts_u16_of(what, PROBE_SIZE, RECORD_NO_SIZE);
    out->probe_ttl = warts_u8_of(&self->probe, PROBE_TTL, 0);
}

/* If the clock was set meanwhile, the RTT is unknown. */
static void put_times(const struct warts_tracelb *self, const struct warts_values *reply, struct record *out)
{
    uint64_t sent = warts_time_of(&self->probe, PROBE_SENT, RECORD_NO_TIME);
    uint64_t received = warts_time_of(reply, REPLY_RECEIVED, RECORD_NO_TIME);

    out->time_us = received;
    if (sent != RECORD_NO_TIME && received != RECORD_NO_TIME && received >= sent &&
        received - sent < RECORD_NO_RTT)
        out->rtt_us = (uint32_t)(received - sent);
}

bool warts_tracelb_next(struct warts_tracelb *self, struct warts_source *source, struct record *out)
{
    struct warts_values reply;

    if (!find_replies(self, source))
        return false;
    self->replies--;
    TAKE(source, reply_sizes, self, &reply);
    if (source->damaged)
        return false;
    put_probe(self, out);
    put_times(self, &reply, out);
    out->responder = reply.addresses[REPLY_FROM];
    out->reply_ttl = warts_u8_of(&reply, REPLY_TTL, 0);
    out->reply_ip_id = warts_u16_of(&reply, REPLY_IP_ID, 0);
    out->quoted_ttl = warts_u8_of(&reply, REPLY_QUOTED_TTL, 1);
    if (reply.at[REPLY_QUOTED_TOS])
        out->quoted_tos = *reply.at[REPLY_QUOTED_TOS];
    if (warts_u8_of(&reply, REPLY_FLAGS, 0) & REPLY_FLAG_TCP)
        warts_answer_tcp(out, warts_u8_of(&reply, REPLY_TCP_FLAGS, 0));
    else
        warts_answer_icmp(out, warts_u16_of(&reply, REPLY_ICMP, 0));
    if (reply.at[REPLY_EXTENSIONS])
        warts_answer_extensions(out, reply.at[REPLY_EXTENSIONS]);
    return true;
}
