// SPDX-License-Identifier: GPL-2.0-or-later
/* What `survey --tx auto` would choose. */
#include <inttypes.h>
#include <math.h>

#include "base/number.h"
#include "check/check.h"
#include "send/tx_choice.h"

static void check_rate(struct check_report *report, const struct tx_facts *facts)
{
    char number[NUMBER_TEXT_SIZE];
    struct tx_choice choice;

    tx_choose(facts, &choice);
    if (isfinite(facts->rate))
        check_add(report, "survey --tx auto", CHECK_OK, "takes %s at --rate %s: %s", choice.tx->name,
                  number_group((uint64_t)ceil(facts->rate), number), choice.why);
    else
        check_add(report, "survey --tx auto", CHECK_OK, "takes %s at --rate max: %s", choice.tx->name,
                  choice.why);
}

void check_tx(struct check_report *report, const struct link_info *link, double rate, unsigned threads)
{
    struct tx_device device;
    struct tx_facts facts = {.layout = &layouts[LAYOUT_USUAL],
                             .rate = rate,
                             .senders = threads,
                             .ways = 1,
                             .devices = &device,
                             .device_count = 1};

    tx_facts_of_host(&facts);
    tx_device_read(link, &device);
    check_rate(report, &facts);
    if (!isfinite(rate))
        return;
    facts.rate = INFINITY;
    check_rate(report, &facts);
}
