// SPDX-License-Identifier: GPL-2.0-or-later
#include "ping/ping_error.h"

#include <stddef.h>
#include <stdio.h>

#include "icmp_kind.h"

/* By the code of Destination Unreachable, and of Parameter Problem (RFC 792, RFC 1108, RFC 1122, RFC
 * 1812). */
static const char *const unreachable_ipv4[] = {
    [0] = "Destination Net Unreachable",
    [1] = "Destination Host Unreachable",
    [2] = "Destination Protocol Unreachable",
    [3] = "Destination Port Unreachable",
    [5] = "Source Route Failed",
    [6] = "Destination Net Unknown",
    [7] = "Destination Host Unknown",
    [8] = "Source Host Isolated",
    [9] = "Destination Net Prohibited",
    [10] = "Destination Host Prohibited",
    [11] = "Destination Net Unreachable for Type of Service",
    [12] = "Destination Host Unreachable for Type of Service",
    [13] = "Packet filtered",
    [14] = "Precedence Violation",
    [15] = "Precedence Cutoff",
};

static const char *const parameter_ipv4[] = {
    "Parameter problem",
    "Parameter problem: Required option missing",
    "Parameter problem: Bad length",
};

/* Likewise (RFC 4443, sections 3.1 and 3.4; RFC 7112; RFC 8883). */
static const char *const unreachable_ipv6[] = {
    "Destination unreachable: No route",
    "Destination unreachable: Administratively prohibited",
    "Destination unreachable: Beyond scope of source address",
    "Destination unreachable: Address unreachable",
    "Destination unreachable: Port unreachable",
    "Destination unreachable: Source address failed policy",
    "Destination unreachable: Reject route",
    "Destination unreachable: Error in source routing header",
    "Destination unreachable: Headers too long",
};
static const char *const parameter_ipv6[] = {
    "Parameter problem: Wrong header field",
    "Parameter problem: Unknown header",
    "Parameter problem: Unknown option",
    "Parameter problem: Incomplete header chain",
};

static void say(char *out, const char *const *words, size_t count, unsigned code, const char *otherwise)
{
    if (code < count && words[code])
        snprintf(out, PING_ERROR_TEXT, "%s", words[code]);
    else
        snprintf(out, PING_ERROR_TEXT, "%s %u", otherwise, code);
}

#define SAY(out, words, code, otherwise) say(out, words, sizeof(words) / sizeof((words)[0]), code, otherwise)

static void say_ipv4(char *out, enum icmp_kind kind, unsigned code)
{
    switch (kind) {
    case ICMP_KIND_PARAMETER:
        SAY(out, parameter_ipv4, code, "Parameter problem, Bad Code:");
        break;
    case ICMP_KIND_EXPIRED:
        snprintf(out, PING_ERROR_TEXT, "Time to live exceeded");
        break;
    case ICMP_KIND_UNFINISHED:
        snprintf(out, PING_ERROR_TEXT, "Frag reassembly time exceeded");
        break;
    case ICMP_KIND_TOO_BIG:
        snprintf(out, PING_ERROR_TEXT, "Frag needed and DF set");
        break;
    default:
        SAY(out, unreachable_ipv4, code, "Destination Unreachable, Bad Code:");
        break;
    }
}

static void say_ipv6(char *out, enum icmp_kind kind, unsigned code)
{
    switch (kind) {
    case ICMP_KIND_PARAMETER:
        SAY(out, parameter_ipv6, code, "Parameter problem: Unknown code");
        break;
    case ICMP_KIND_EXPIRED:
        snprintf(out, PING_ERROR_TEXT, "Time exceeded: Hop limit");
        break;
    case ICMP_KIND_UNFINISHED:
        snprintf(out, PING_ERROR_TEXT, "Time exceeded: Defragmentation failure");
        break;
    case ICMP_KIND_TOO_BIG:
        snprintf(out, PING_ERROR_TEXT, "Packet too big");
        break;
    default:
        SAY(out, unreachable_ipv6, code, "Destination unreachable: Unknown code");
        break;
    }
}

const char *ping_error_text(struct address responder, uint8_t type, uint8_t code, char out[PING_ERROR_TEXT])
{
    enum address_family family = address_family(responder);

    (family == FAMILY_IPV4 ? say_ipv4 : say_ipv6)(out, icmp_kind(family, type, code), code);
    return out;
}
