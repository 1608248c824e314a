// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/rate_warning.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/address_text.h"
#include "base/log.h"
#include "host/ethtool.h"

/* Of a link's bits per second: the other half is for other traffic. */
#define LINK_SHARE 0.5

enum {
    /* Linux drops the entry of an unanswered UDP flow after 30 s (nf_conntrack_udp_timeout), other systems
     * later. */
    NAT_SECONDS = 30,
    /* Entries for which Linux has room with 1 GB of memory (nf_conntrack_max). Many access routers have
     * fewer. */
    NAT_ROOM = 65536,
};

static bool is_within(struct address address, uint32_t prefix, unsigned length)
{
    return address_is_ipv4(address) && (address_ipv4(address) ^ prefix) >> (32 - length) == 0;
}

/* Ranges of RFC 1918 and RFC 6598. Unique local addresses of IPv6 are translated without state, if at all
 * (RFC 6296). */
static bool is_behind_nat(struct address source)
{
    return is_within(source, 0x0a000000, 8) || is_within(source, 0xac100000, 12) ||
           is_within(source, 0xc0a80000, 16) || is_within(source, 0x64400000, 10);
}

static bool link_warning(const struct rate_facts *facts, char out[RATE_WARNING_SIZE])
{
    double share = facts->rate * facts->wire_bytes * 8 / (facts->speed_mbps * 1e6);

    if (!facts->speed_mbps || !(share > LINK_SHARE))
        return false;
    if (isinf(facts->rate))
        snprintf(out, RATE_WARNING_SIZE, "--rate max uses all that is free of the %u Mbit/s of %s",
                 facts->speed_mbps, facts->link);
    else
        snprintf(
            out, RATE_WARNING_SIZE,
            "%.0f probes per second are %.0f %% of the %u Mbit/s of %s: this disturbs other traffic there",
            facts->rate, 100 * share, facts->speed_mbps, facts->link);
    return true;
}

static bool nat_warning(const struct rate_facts *facts, char out[RATE_WARNING_SIZE])
{
    double remembered = fmin(facts->rate * NAT_SECONDS, (double)facts->paths);
    char address[ADDRESS_TEXT_SIZE];

    if (!facts->leaves_private_space || !is_behind_nat(facts->source) || !(remembered > NAT_ROOM))
        return false;
    address_format(facts->source, address);
    snprintf(out, RATE_WARNING_SIZE,
             "%s is a private address: at this rate the NAT on the way has to remember some %.0f paths, and "
             "many NATs have room for %d or less: fewer than %d probes per second do no harm",
             address, remembered, NAT_ROOM, NAT_ROOM / NAT_SECONDS);
    return true;
}

bool rate_warning(const struct rate_facts *facts, char out[RATE_WARNING_SIZE])
{
    return link_warning(facts, out) || nat_warning(facts, out);
}

/* The speed that virtual devices report has no meaning. */
static uint32_t speed_of(const struct link_info *link)
{
    struct ethtool_device device;

    if (strcmp(link->driver, "veth") == 0 || strcmp(link->driver, "tun") == 0 ||
        strcmp(link->driver, "bridge") == 0 || ethtool_read_device(link->name, &device))
        return 0;
    return device.speed_mbps;
}

/* With several ways, each gets a share of the targets, hence of the probes. */
static struct rate_facts facts_of(const struct survey *survey, const struct way *way)
{
    const struct plan *plan = survey->config->plan;
    const struct plan_config *config = &plan->config;
    const struct layout *layout =
        layout_of_family(&plan->layouts, address_family(way->egress.source))->layout;
    unsigned ttl = (config->min_ttl + config->max_ttl) / 2;

    return (struct rate_facts){
        .rate = survey->config->rate * (double)way->targets / (double)targets_count(plan->targets),
        .wire_bytes = frame_wire_bytes(layout, ttl, way->egress.vlan != FRAME_NO_VLAN),
        .speed_mbps = speed_of(&way->egress.link),
        .link = way->egress.link.name,
        .source = way->egress.source,
        .paths = way->targets * config->flows,
        .leaves_private_space = !config->allow_special,
    };
}

void rate_warn(const struct survey *survey)
{
    char text[RATE_WARNING_SIZE];

    for (unsigned i = 0; !survey->config->sim && i < survey->ways.count; i++) {
        struct rate_facts facts = facts_of(survey, &survey->ways.list[i]);

        if (rate_warning(&facts, text)) {
            log_warning("%s", text);
            return;
        }
    }
}
