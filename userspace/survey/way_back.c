// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/way_back.h"

#include <inttypes.h>

#include "base/address_text.h"
#include "base/log.h"
#include "host/own_address.h"
#include "survey/way_in.h"

enum {
    /* Fewer errors than this, or than a twentieth of the replies, are normal on any host. */
    LEAST_ERRORS = 16,
    LEAST_SHARE = 20,
};

static void warn_of_source(struct survey *survey, struct address source)
{
    char text[ADDRESS_TEXT_SIZE];
    struct link_info link;
    unsigned index;

    if (interface_with_address(source, &index) || way_in_find(survey, index) || link_by_index(index, &link) ||
        link.loopback)
        return;
    address_format(source, text);
    log_warning("%s is an address of %s, by which no probe leaves: replies may return there, and are missed "
                "without --listen %s",
                text, link.name, link.name);
}

/* An address of a bond belongs to the bond, but its replies come by its ports. */
static bool is_way_out(const struct survey *survey, struct address source)
{
    unsigned index;

    return !interface_with_address(source, &index) &&
           ways_first_by(&survey->ways, index) < survey->ways.count;
}

void way_back_warn(struct survey *survey)
{
    const struct ways *ways = &survey->ways;

    stack_counters_open(&survey->stack);
    stack_counters_read(&survey->stack, &survey->stack_before);
    for (unsigned i = 0; !survey->uplink && i < ways->count; i++) {
        unsigned first = 0;

        while (!address_equal(ways->list[first].egress.source, ways->list[i].egress.source))
            first++;
        if (first == i && !is_way_out(survey, ways->list[i].egress.source))
            warn_of_source(survey, ways->list[i].egress.source);
    }
}

void way_back_check(const struct survey *survey, const struct ledger *ledger)
{
    struct stack_counters now;
    uint64_t errors, rejected = ledger_rejected_filter(ledger);

    if (survey->uplink)
        return;
    stack_counters_read(&survey->stack, &now);
    errors = now.icmp_errors - survey->stack_before.icmp_errors + now.against_the_path -
             survey->stack_before.against_the_path;
    /* The kernel has also counted the packets that the filter passed on. */
    errors = errors > rejected ? errors - rejected : 0;
    if (errors >= LEAST_ERRORS && errors >= ledger->accepted / LEAST_SHARE)
        log_warning("%" PRIu64 " ICMP errors came to this host by interfaces that were not listened on: if "
                    "these are replies, name the interfaces with --listen (ip -s link shows which)",
                    errors);
}
