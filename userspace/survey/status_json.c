// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/status_json.h"

#include <math.h>

#include "base/clock.h"
#include "base/version.h"
#include "output/ledger.h"

/* As in the metadata: "auto", and null for as fast as possible. */
static json_t *rate_json(double rate)
{
    if (isnan(rate))
        return json_string("auto");
    return isfinite(rate) ? json_real(rate) : json_null();
}

static json_t *probes_json(uint64_t probes)
{
    return probes == STRATEGY_LEFT_UNKNOWN ? json_null() : json_integer((json_int_t)probes);
}

json_t *survey_status_json(const struct survey *survey, const char *phase)
{
    struct survey_status status;

    survey_status(survey, &status);
    return json_pack(
        "{s:b, s:s, s:s, s:b, s:f, s:f, s:o, s:f, s:f, s:I, s:o, s:I, s:I, s:I, s:I, s:b, s:b, s:I, s:o}",
        "ok", 1, "version", hopwire_version(), "phase", phase, "paused", (int)status.paused.now, "elapsed",
        (double)status.elapsed_ns / (double)NS_PER_S, "paused_seconds",
        (double)status.paused.ns / (double)NS_PER_S, "asked_rate", rate_json(status.asked_rate),
        "achieved_rate", status_rate(&status), "present_rate",
        isfinite(survey->paced) && !status.paused.now ? survey->paced : 0, "targets",
        (json_int_t)status.targets, "probes", probes_json(status.probes), "replies",
        (json_int_t)status.ledger.accepted, "interfaces", (json_int_t)status.interfaces, "links",
        (json_int_t)status.links, "reached", (json_int_t)status.reached, "interfaces_complete",
        (int)status.interfaces_complete, "links_complete", (int)status.links_complete, "lost",
        (json_int_t)status_lost(&status), "ledger", ledger_json(&status.ledger));
}
