// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The numbers of warts that its writer (warts_trace.h) and its reader (results_warts.h) share.
 *
 * Source: warts(5), scamper_trace.h and scamper_trace_warts.c of scamper.
 */
#pragma once

enum {
    WARTS_MAGIC = 0x1205,
    WARTS_HEADER = 8,    /* bytes: magic, type, length */
    WARTS_FLAG_BITS = 7, /* in a byte; the eighth says that another byte follows */
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

/* By which probes a trace was made. */
enum {
    TRACE_TYPE_ICMP = 1,
    TRACE_TYPE_TCP = 3,
    TRACE_TYPE_ICMP_PARIS = 4,
    TRACE_TYPE_UDP_PARIS = 5,
    TRACE_TYPE_TCP_ACK = 6,
};

/* HOP_FLAGS. */
enum {
    HOP_FLAG_REPLY_TTL = 0x10,
    HOP_FLAG_TCP = 0x20,
};
