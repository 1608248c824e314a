// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/bond_wait.h"

#include <stdint.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/stop_signal.h"
#include "host/bond_port.h"
#include "survey/parts.h"

enum {
    /* igb's link takes three seconds, LACP two more (Aggregate_Wait_Time, IEEE 802.1AX, section 6.4.4). A
     * partner that noticed late takes its Short_Timeout_Time of three. */
    AGREE_SECONDS = 15,
    LOOK_MS = 50,
};

void bond_wait_note(struct survey *survey)
{
    for (unsigned i = 0; i < survey->entrance_count; i++)
        survey->entrances[i].bond = bond_port_state(survey->entrances[i].link.index);
}

/* Returns an entrance that is waited for; NULL: none. */
static const struct entrance *find_waiting(const struct survey *survey)
{
    for (unsigned i = 0; i < survey->entrance_count; i++)
        if (survey->entrances[i].bond != BOND_PORT_ALONE &&
            bond_port_state(survey->entrances[i].link.index) != BOND_PORT_CARRIES)
            return &survey->entrances[i];
    return NULL;
}

/* Ports that did not carry frames before are waited for, too, because the filter of the last survey may have
 * taken their link down. But they do not have to come: ports of a standby aggregator never do. */
void bond_wait_agreed(const struct survey *survey)
{
    const uint64_t deadline = clock_now_ns() + AGREE_SECONDS * NS_PER_S;
    const struct entrance *waiting = find_waiting(survey);

    if (waiting)
        log_info("waiting for LACP to agree on %s, whose link may have been down for the filter",
                 waiting->link.name);
    while (waiting && !stop_signal_pending() && clock_now_ns() < deadline) {
        nanosleep(&(struct timespec){.tv_nsec = LOOK_MS * (long)NS_PER_MS}, NULL);
        waiting = find_waiting(survey);
    }
    if (waiting && waiting->bond == BOND_PORT_CARRIES && !stop_signal_pending())
        log_warning(
            "LACP has not agreed on %s since the filter was attached: probes that leave by it may be lost",
            waiting->link.name);
}
