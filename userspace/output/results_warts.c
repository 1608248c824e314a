// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/results_warts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "output/bytes.h"
#include "output/warts_answer.h"
#include "output/warts_numbers.h"
#include "output/warts_read.h"
#include "output/warts_tracelb.h"
#include "protocol.h"

const unsigned char warts_magic[2] = {0x12, 0x05};

enum {
    OBJECT_MOST = 1 << 24, /* bytes; a trace has at most 65,535 hops */
    TYPE_FRAME_LAST = 5,   /* lists, cycles and other objects besides measurements */
    TYPE_TRACE = WARTS_TRACE,
    TYPE_PING = WARTS_PING,
    TYPE_TRACELB = 8,
};

/* Sizes by parameter number. Old parameters, which refer to a table of addresses in the file, are read but
 * not followed. */
static const signed char trace_sizes[] = {
    0,
    4,
    4,
    4,
    4,
    8,
    1,
    1,
    1,
    1,
    1,
    1,
    2,
    2,
    2,
    1,
    1,
    1,
    1,
    2,
    1,
    1,
    1,
    2,
    1,
    1,
    WARTS_ADDRESS,
    WARTS_ADDRESS,
    4,
    2,
    WARTS_ADDRESS,
    1,
    4,
    1,
    WARTS_TEXT,
};
static const signed char hop_sizes[] = {
    0, 4, 1, 1, 1, 1, 4, 2, 2, 2, 2, 1, 2, 2, 1, 1, 1, WARTS_EXTENSIONS, WARTS_ADDRESS, 8, WARTS_TEXT,
};
static const signed char ping_sizes[] = {
    0, 4, 4, 4, 4, 8, 1, 1, 2, WARTS_PATTERN, 2, 2, 1, 1, 2, 2, 1, 2, 2, 4, WARTS_ADDRESS, WARTS_ADDRESS,
    1, 1,
};
static const signed char reply_sizes[] = {
    0, 4, 1, 1, 2, 2, 4, 2, 2, 2, 1, 1, WARTS_ADDRESS, WARTS_UNKNOWN, WARTS_UNKNOWN, 4, 8,
};

struct warts_file {
    struct unpacked_file file;
    struct bytes object;
    struct warts_source source; /* the rest of the object */
    struct warts_addresses addresses;
    struct warts_values what;     /* of the trace or ping */
    unsigned type, left;          /* of the object, and its hops or replies not read yet */
    struct warts_tracelb tracelb; /* used instead for tracelb */
    uint64_t objects, passed;
    bool is_cut;
};

static int read_exactly(struct warts_file *self, void *out, size_t size, struct error_text *error)
{
    size_t done = 0;

    while (done < size) {
        ssize_t n = unpacked_file_read(&self->file, (char *)out + done, size - done);

        if (n < 0)
            return error_text_set(error, (int)n, "cannot be read: %s", unpacked_file_strerror((int)n));
        if (n == 0) {
            self->is_cut |= done > 0;
            return 0;
        }
        done += (size_t)n;
    }
    return 1;
}

static int damaged(struct error_text *error)
{
    return error_text_set(error, -EINVAL, "is damaged, or not an object of warts");
}

/* Returns 1, or 0 at the end. */
static int read_object(struct warts_file *self, struct error_text *error)
{
    uint8_t header[WARTS_HEADER];
    int got = read_exactly(self, header, sizeof(header), error);

    if (got != 1)
        return got;
    uint32_t length = load_be32(header + 4);

    self->objects++;
    self->type = load_be16(header + 2);
    if (memcmp(header, warts_magic, sizeof(warts_magic)) != 0 || length > OBJECT_MOST)
        return damaged(error);
    bytes_clear(&self->object);
    if (!bytes_reserve(&self->object, length))
        return error_text_set(error, -ENOMEM, "out of memory");
    got = read_exactly(self, self->object.data, length, error);
    self->is_cut |= got == 0;
    self->source = (struct warts_source){.at = self->object.data, .end = self->object.data + length};
    return got;
}

#define COUNT(sizes) (sizeof(sizes) / sizeof((sizes)[0]) - 1)

static void begin_measurement(struct warts_file *self)
{
    const signed char *sizes = self->type == TYPE_TRACE ? trace_sizes : ping_sizes;
    unsigned count = self->type == TYPE_TRACE ? COUNT(trace_sizes) : COUNT(ping_sizes);

    self->addresses.count = 0;
    warts_take_parameters(&self->source, sizes, count, &self->addresses, &self->what);
    self->left = warts_take_u16(&self->source);
}

static uint8_t protocol_of_trace(uint8_t type, bool is_ipv4)
{
    if (type == TRACE_TYPE_ICMP || type == TRACE_TYPE_ICMP_PARIS)
        return is_ipv4 ? PROTOCOL_ICMP : PROTOCOL_ICMPV6;
    return type == TRACE_TYPE_TCP || type == TRACE_TYPE_TCP_ACK ? PROTOCOL_TCP : PROTOCOL_UDP;
}

static uint8_t protocol_of_ping(uint8_t method, bool is_ipv4)
{
    if (method == PING_METHOD_ECHO || method == PING_METHOD_TIME)
        return is_ipv4 ? PROTOCOL_ICMP : PROTOCOL_ICMPV6;
    return method == PING_METHOD_UDP || method == PING_METHOD_UDP_PORT ||
                   method == PING_METHOD_UDP_SOURCE_PORT
               ? PROTOCOL_UDP
               : PROTOCOL_TCP;
}

static void put_hop_sizes(struct record *record, const struct warts_values *hop,
                          const struct warts_values *trace)
{
    record->probe_size =
        warts_u16_of(hop, HOP_PROBE_SIZE, warts_u16_of(trace, TRACE_PROBE_SIZE, RECORD_NO_SIZE));
    record->reply_size = warts_u16_of(hop, HOP_REPLY_SIZE, RECORD_NO_SIZE);
    record->reply_ip_id = warts_u16_of(hop, HOP_REPLY_IP_ID, 0);
    record->reply_tos = warts_u8_of(hop, HOP_REPLY_TOS, 0);
    record->next_hop_mtu = warts_u16_of(hop, HOP_MTU, RECORD_NO_SIZE);
}

static void read_hop(struct warts_file *self, struct record *out)
{
    const struct warts_values *trace = &self->what;
    struct warts_values hop;

    warts_take_parameters(&self->source, hop_sizes, COUNT(hop_sizes), &self->addresses, &hop);
    out->responder = hop.addresses[HOP_ADDRESS];
    out->target_address = trace->addresses[TRACE_DESTINATION];
    out->source = trace->addresses[TRACE_SOURCE];
    out->protocol = protocol_of_trace(warts_u8_of(trace, TRACE_TYPE, TRACE_TYPE_ICMP),
                                      address_is_ipv4(out->target_address));
    out->src_port = warts_u16_of(trace, TRACE_SOURCE_PORT, 0);
    out->dst_port = warts_u16_of(trace, TRACE_DESTINATION_PORT, 0);
    out->rtt_us = warts_u32_of(&hop, HOP_RTT, RECORD_NO_RTT);
    out->probe_ttl = warts_u8_of(&hop, HOP_TTL, 0);
    out->quoted_ttl = warts_u8_of(&hop, HOP_QUOTED_TTL, 1);
    out->reply_ttl = warts_u8_of(&hop, HOP_REPLY_TTL, 0);
    if (hop.at[HOP_QUOTED_TOS])
        out->quoted_tos = *hop.at[HOP_QUOTED_TOS];
    if (hop.at[HOP_SENT] && record_has_rtt(out))
        out->time_us = warts_time_of(&hop, HOP_SENT, 0) + out->rtt_us;
    put_hop_sizes(out, &hop, trace);
    if (warts_u8_of(&hop, HOP_FLAGS, 0) & HOP_FLAG_TCP)
        warts_answer_tcp(out, warts_u8_of(&hop, HOP_TCP_FLAGS, 0));
    else
        warts_answer_icmp(out, warts_u16_of(&hop, HOP_ICMP, 0));
    if (hop.at[HOP_EXTENSIONS] && !self->source.damaged)
        warts_answer_extensions(out, hop.at[HOP_EXTENSIONS]);
}

/* The number of a ping's probe becomes its round. */
static void read_reply(struct warts_file *self, struct record *out)
{
    const struct warts_values *ping = &self->what;
    struct warts_values reply;

    warts_take_parameters(&self->source, reply_sizes, COUNT(reply_sizes), &self->addresses, &reply);
    out->responder = reply.addresses[PING_REPLY_ADDRESS];
    out->target_address = ping->addresses[PING_DESTINATION];
    out->source = ping->addresses[PING_SOURCE];
    out->protocol = protocol_of_ping(warts_u8_of(ping, PING_METHOD, 0), address_is_ipv4(out->target_address));
    out->src_port = warts_u16_of(ping, PING_SOURCE_PORT, 0);
    out->dst_port = warts_u16_of(ping, PING_DESTINATION_PORT, 0);
    out->probe_size = warts_u16_of(ping, PING_SIZE, RECORD_NO_SIZE);
    out->probe_ttl = warts_u8_of(ping, PING_TTL, 0);
    out->rtt_us = warts_u32_of(&reply, PING_REPLY_RTT, RECORD_NO_RTT);
    out->reply_ttl = warts_u8_of(&reply, PING_REPLY_TTL, 0);
    out->reply_size = warts_u16_of(&reply, PING_REPLY_SIZE, RECORD_NO_SIZE);
    out->reply_ip_id = warts_u16_of(&reply, PING_REPLY_IP_ID, 0);
    out->round = warts_u16_of(&reply, PING_REPLY_PROBE, 0);
    if (reply.at[PING_REPLY_SENT] && record_has_rtt(out))
        out->time_us = warts_time_of(&reply, PING_REPLY_SENT, 0) + out->rtt_us;
    if (warts_u8_of(&reply, PING_REPLY_PROTOCOL, PROTOCOL_ICMP) == PROTOCOL_TCP)
        warts_answer_tcp(out, warts_u8_of(&reply, PING_REPLY_TCP_FLAGS, 0));
    else
        warts_answer_icmp(out, warts_u16_of(&reply, PING_REPLY_ICMP, 0));
}

int warts_file_open(struct warts_file **out, struct unpacked_file *file, const struct column_list *needed,
                    struct error_text *error)
{
    struct warts_file *self = calloc(1, sizeof(*self));
    const struct column_list columns = warts_file_columns();

    if (!self) {
        unpacked_file_close(file);
        return error_text_set(error, -ENOMEM, "out of memory");
    }
    self->file = *file;
    for (unsigned i = 0; i < needed->count; i++)
        if (!column_list_has(&columns, needed->columns[i])) {
            warts_file_close(self);
            return error_text_set(error, -EINVAL, "column '%s' is missing: warts does not contain it",
                                  needed->columns[i]->name);
        }
    *out = self;
    return 0;
}

static int begin_object(struct warts_file *self, struct error_text *error)
{
    int got = read_object(self, error);

    if (got != 1)
        return got;
    if (self->type == TYPE_TRACE || self->type == TYPE_PING)
        begin_measurement(self);
    else if (self->type == TYPE_TRACELB)
        warts_tracelb_begin(&self->tracelb, &self->source);
    else
        self->passed += self->type > TYPE_FRAME_LAST;
    return 1;
}

/* Returns whether the object has another record. */
static bool take_record(struct warts_file *self, struct record *out)
{
    *out = column_empty_record();
    if (self->type == TYPE_TRACELB)
        return warts_tracelb_next(&self->tracelb, &self->source, out);
    if (!self->left)
        return false;
    self->left--;
    if (self->type == TYPE_TRACE)
        read_hop(self, out);
    else
        read_reply(self, out);
    return true;
}

int warts_file_next(struct warts_file *self, struct record *out, struct error_text *error)
{
    while (!take_record(self, out)) {
        int got = self->source.damaged ? damaged(error) : begin_object(self, error);

        if (got != 1)
            return got;
    }
    return self->source.damaged ? damaged(error) : 1;
}

struct column_list warts_file_columns(void)
{
    struct column_list list = {0};

    for (unsigned i = 0; i < RECORD_COLUMNS; i++)
        if (strcmp(record_columns[i].name, "shard") != 0)
            list.columns[list.count++] = &record_columns[i];
    return list;
}

uint64_t warts_file_passed(const struct warts_file *self)
{
    return self->passed;
}

bool warts_file_is_cut(const struct warts_file *self)
{
    return self->is_cut || self->file.is_cut;
}

uint64_t warts_file_object(const struct warts_file *self)
{
    return self->objects;
}

void warts_file_close(struct warts_file *self)
{
    bytes_free(&self->object);
    unpacked_file_close(&self->file);
    free(self);
}
