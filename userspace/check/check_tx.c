// SPDX-License-Identifier: GPL-2.0-or-later
/* What `survey --tx auto` would choose. */
#include <inttypes.h>
#include <math.h>

#include "base/number.h"
#include "check/check.h"
#include "send/tx_choice.h"

#define CHECK_TX_NAME "survey --tx auto"

static void check_rate(struct check_report *report, const struct tx_facts *facts)
{
    char number[NUMBER_TEXT_SIZE];
    struct tx_choice choice;

    tx_choose(facts, &choice);
    if (isfinite(facts->rate))
        check_add(report, CHECK_TX_NAME, CHECK_OK, "uses %s at --rate %s: %s", choice.tx->name,
                  number_group((uint64_t)ceil(facts->rate), number), choice.why);
    else
        check_add(report, CHECK_TX_NAME, CHECK_OK, "uses %s at --rate max: %s", choice.tx->name, choice.why);
}

static const struct check_line *first_missing(const struct check_report *report)
{
    for (size_t i = 0; i < report->count; i++)
        if (report->lines[i].status == CHECK_MISSING)
            return &report->lines[i];
    return NULL;
}

void check_tx(struct check_report *report, const struct link_info *link, double rate, unsigned threads)
{
    const struct check_line *missing = first_missing(report);
    if (missing) {
        check_add(report, CHECK_TX_NAME, CHECK_MISSING, "no survey can send: see '%s' above", missing->name);
        check_fix(report, "fix that first");
        return;
    }

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
