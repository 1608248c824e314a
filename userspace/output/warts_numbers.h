// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The numbers of warts that its writers (warts_trace.h, warts_ping.h) and its reader (results_warts.h) share.
 *
 * Source: warts(5), scamper_trace.h, scamper_trace_warts.c, scamper_ping.h and scamper_ping_warts.c of
 * scamper.
 */
#pragma once

enum {
    WARTS_MAGIC = 0x1205,
    WARTS_HEADER = 8,    /* bytes: magic, type, length */
    WARTS_FLAG_BITS = 7, /* in a byte; the eighth bit means that another byte follows */
    WARTS_MORE_FLAGS = 0x80,
    WARTS_KIND_IPV4 = 1, /* of an address */
    WARTS_KIND_IPV6 = 2,
    WARTS_IPV4_BYTES = 4,
    WARTS_OBJECT_HEADER = 4, /* of an ICMP extension, RFC 4884, section 7: length, class, type */
};

/* Parameters of a trace. */
enum {
    TRACE_LIST = 1,
    TRACE_CYCLE = 2,
    TRACE_START = 5,
    TRACE_STOP_REASON = 6,
    TRACE_STOP_DATA = 7,
    TRACE_ATTEMPTS = 9,
    TRACE_HOP_LIMIT = 10,
    TRACE_TYPE = 11,
    TRACE_PROBE_SIZE = 12,
    TRACE_SOURCE_PORT = 13,
    TRACE_DESTINATION_PORT = 14,
    TRACE_FIRST_HOP = 15,
    TRACE_TOS = 16,
    TRACE_WAIT = 17,
    TRACE_HOP_COUNT = 19,
    TRACE_PROBES = 23,
    TRACE_SOURCE = 26,
    TRACE_DESTINATION = 27,
};

/* Parameters of a hop. */
enum {
    HOP_TTL = 2,
    HOP_REPLY_TTL = 3,
    HOP_FLAGS = 4,
    HOP_PROBE_ID = 5,
    HOP_RTT = 6,
    HOP_ICMP = 7,
    HOP_PROBE_SIZE = 8,
    HOP_REPLY_SIZE = 9,
    HOP_REPLY_IP_ID = 10,
    HOP_REPLY_TOS = 11,
    HOP_MTU = 12,
    HOP_QUOTED_SIZE = 13,
    HOP_QUOTED_TTL = 14,
    HOP_TCP_FLAGS = 15,
    HOP_QUOTED_TOS = 16,
    HOP_EXTENSIONS = 17,
    HOP_ADDRESS = 18,
    HOP_SENT = 19,
};

/* Kinds of probes of a trace. */
enum {
    TRACE_TYPE_ICMP = 1,
    TRACE_TYPE_TCP = 3,
    TRACE_TYPE_ICMP_PARIS = 4,
    TRACE_TYPE_UDP_PARIS = 5,
    TRACE_TYPE_TCP_ACK = 6,
};

/* Parameters of a ping. */
enum {
    PING_LIST = 1,
    PING_CYCLE = 2,
    PING_START = 5,
    PING_STOP_REASON = 6,
    PING_STOP_DATA = 7,
    PING_COUNT = 10, /* of probes to send */
    PING_SIZE = 11,
    PING_WAIT = 12, /* between probes */
    PING_TTL = 13,
    PING_SENT = 15,
    PING_METHOD = 16,
    PING_SOURCE_PORT = 17,
    PING_DESTINATION_PORT = 18,
    PING_SOURCE = 20,
    PING_DESTINATION = 21,
    PING_TIMEOUT = 27, /* in whole seconds, as is PING_WAIT; PING_WAIT_US is the remainder of PING_WAIT in
                          microseconds */
    PING_WAIT_US = 28,
};

/* Parameters of a ping's reply. */
enum {
    PING_REPLY_FLAGS = 2,
    PING_REPLY_TTL = 3,
    PING_REPLY_SIZE = 4,
    PING_REPLY_ICMP = 5,
    PING_REPLY_RTT = 6,
    PING_REPLY_PROBE = 7,
    PING_REPLY_IP_ID = 8,
    PING_REPLY_PROTOCOL = 10,
    PING_REPLY_TCP_FLAGS = 11,
    PING_REPLY_ADDRESS = 12,
    PING_REPLY_SENT = 16,
};

/* Kinds of probes of a ping, and how it ended. */
enum {
    PING_METHOD_ECHO = 0,
    PING_METHOD_TCP_ACK = 1,
    PING_METHOD_UDP = 3,
    PING_METHOD_UDP_PORT = 4, /* another destination port for each probe */
    PING_METHOD_TIME = 5,
    PING_METHOD_TCP_SYN = 6,
    PING_METHOD_UDP_SOURCE_PORT = 10,
    PING_STOP_COMPLETED = 1,
};

/* PING_REPLY_FLAGS. */
enum {
    PING_REPLY_FLAG_TTL = 0x01,
    PING_REPLY_FLAG_IP_ID = 0x02,
};

/* HOP_FLAGS. */
enum {
    HOP_FLAG_REPLY_TTL = 0x10,
    HOP_FLAG_TCP = 0x20,
};
