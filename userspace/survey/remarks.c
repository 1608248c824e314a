// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/remarks.h"

#include <stdio.h>

#include "base/enum_table.h"
#include "base/number.h"

/*
 * Rejections are normal: broken routers, forgers, replies to other programs. They are reported if they are at
 * least this share of the rejected and accepted packets together. With half of it, some networks would always
 * be reported. With twice as much, a survey could lack many replies unnoticed.
 */
#define TOLD_SHARE 0.05
#define TOLD_COUNT 10 /* a handful of packets is never reported */

/* Each text says what was rejected, after a count, and the possible cause. */
static const char *const filter_causes[] = {
    [FILTER_REJECT_TRUNCATED] = "quote less of the probe than routers must",
    [FILTER_REJECT_FOREIGN] =
        "are about other programs' packets, or about probes that something on the way changed",
    [FILTER_REJECT_FORGED] =
        "have the form of our probes, but wrong tags: forged, or another survey's from this address",
    [FILTER_REJECT_NO_SOCKET] = "came on an RX queue without a socket: was the number of queues changed?",
    [FILTER_REJECT_EXCESS] = NULL, /* the summary reports these */
};
ENUM_TABLE(filter_causes, FILTER_REJECTIONS);

static const char *const decode_causes[] = {
    [DECODE_REJECT_NOT_A_REPLY] = "are not ICMP errors",
    [DECODE_REJECT_TRUNCATED] = "quote less of the probe than routers must",
    [DECODE_REJECT_FOREIGN] =
        "are about other programs' packets, or about probes that something on the way changed",
    [DECODE_REJECT_FORGED] =
        "have the form of our probes, but wrong tags: forged, or another survey's from this address",
    [DECODE_REJECT_IP_CHECKSUM] = "have a wrong IP checksum: damaged on the way, or by this host's device",
    [DECODE_REJECT_ICMP_CHECKSUM] =
        "have a wrong ICMP checksum: damaged on the way, or by this host's device",
    [DECODE_REJECT_OUT_OF_SURVEY] = "answer probes that this survey does not send",
};
ENUM_TABLE(decode_causes, DECODE_REJECTIONS);

static size_t add_rejections(const struct ledger *ledger, const uint64_t *counts, const char *const *names,
                             const char *const *causes, size_t reasons, struct remark *out)
{
    char number[NUMBER_TEXT_SIZE];
    size_t made = 0;

    for (size_t i = 0; i < reasons; i++) {
        double share = (double)counts[i] / (double)(counts[i] + ledger->accepted + 1);

        if (!causes[i] || counts[i] < TOLD_COUNT || share < TOLD_SHARE)
            continue;
        snprintf(out[made++].text, sizeof(out->text),
                 "%s packets were not accepted as replies (%s), %.0f %% as many as replies: they %s",
                 number_group(counts[i], number), names[i],
                 100.0 * (double)counts[i] / (double)(ledger->accepted ? ledger->accepted : counts[i]),
                 causes[i]);
    }
    return made;
}

size_t remarks_make(const struct survey_status *status, struct remark out[REMARKS_MAX])
{
    const struct ledger *ledger = &status->ledger;
    size_t made = add_rejections(ledger, ledger->rejected_filter, filter_rejection_names, filter_causes,
                                 FILTER_REJECTIONS, out);

    made += add_rejections(ledger, ledger->rejected_decode, decode_rejection_names, decode_causes,
                           DECODE_REJECTIONS, out + made);
    return made;
}
