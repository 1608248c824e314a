// SPDX-License-Identifier: GPL-2.0-or-later
#include "ping/ping_error.h"

#include <stddef.h>

#include "icmp_kind.h"

/* By code of Destination Unreachable (RFC 792, RFC 1122, RFC 1812). */
static const char *const unreachable_ipv4[] = {
    [0] = "Destination Net Unreachable",
    [1] = "Destination Host Unreachable",
    [2] = "Destination Protocol Unreachable",
    [3] = "Destination Port Unreachable",
    [5] = "Source Route Failed",
    [6] = "Destination Net Unknown",
    [7] = "Destination Host Unknown",
    [9] = "Destination Net Prohibited",
    [10] = "Destination Host Prohibited",
    [11] = "Destination Net Unreachable for Type of Service",
    [12] = "Destination Host Unreachable for Type of Service",
    [13] = "Packet filtered",
    [14] = "Precedence Violation",
    [15] = "Precedence Cutoff",
};

/* Likewise, and of Parameter Problem (RFC 4443, sections 3.1 and 3.4). */
static const char *const unreachable_ipv6[] = {
    "Destination unreachable: No route",
    "Destination unreachable: Administratively prohibited",
    "Destination unreachable: Beyond scope of source address",
    "Destination unreachable: Address unreachable",
    "Destination unreachable: Port unreachable",
};
static const char *const parameter_ipv6[] = {
    "Parameter problem: Wrong header field",
    "Parameter problem: Unknown header",
    "Parameter problem: Unknown option",
};

static const char *word(const char *const *words, size_t count, unsigned code, const char *otherwise)
{
    return code < count && words[code] ? words[code] : otherwise;
}

#define WORD(words, code, otherwise) word(words, sizeof(words) / sizeof((words)[0]), code, otherwise)

static const char *error_text_ipv4(enum icmp_kind kind, unsigned code)
{
    switch (kind) {
    case ICMP_KIND_PARAMETER:
        return "Parameter problem";
    case ICMP_KIND_EXPIRED:
        return "Time to live exceeded";
    case ICMP_KIND_UNFINISHED:
        return "Frag reassembly time exceeded";
    case ICMP_KIND_TOO_BIG:
        return "Frag needed and DF set";
    default:
        return WORD(unreachable_ipv4, code, "Destination Unreachable, Bad Code");
    }
}

static const char *error_text_ipv6(enum icmp_kind kind, unsigned code)
{
    switch (kind) {
    case ICMP_KIND_PARAMETER:
        return WORD(parameter_ipv6, code, "Parameter problem");
    case ICMP_KIND_EXPIRED:
        return "Time exceeded: Hop limit";
    case ICMP_KIND_UNFINISHED:
        return "Time exceeded: Defragmentation failure";
    case ICMP_KIND_TOO_BIG:
        return "Packet too big";
    default:
        return WORD(unreachable_ipv6, code, "Destination unreachable: Unknown code");
    }
}

const char *ping_error_text(struct address responder, uint8_t type, uint8_t code)
{
    enum address_family family = address_family(responder);
    enum icmp_kind kind = icmp_kind(family, type, code);

    return family == FAMILY_IPV4 ? error_text_ipv4(kind, code) : error_text_ipv6(kind, code);
}
