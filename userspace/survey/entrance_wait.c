// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/entrance_wait.h"

#include <stdint.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/stop_signal.h"
#include "host/bond_port.h"
#include "host/link_state.h"
#include "survey/parts.h"

enum {
    /* igb's link takes three seconds, LACP two more (Aggregate_Wait_Time, IEEE 802.1AX, section 6.4.4). A
     * partner that noticed late takes its Short_Timeout_Time of three. */
    WAIT_SECONDS = 15,
    LOOK_MS = 50,
};

/* What an entrance waits for. */
enum lack { LACKS_NOTHING, LACKS_CARRIER, LACKS_AGREEMENT, LACKS };

void entrance_wait_note(struct survey *survey)
{
    for (unsigned i = 0; i < survey->entrance_count; i++) {
        struct entrance *entrance = &survey->entrances[i];
        struct link_state state;

        entrance->had_carrier = link_state(NULL, entrance->link.index, &state) == 0 && state.carrier;
        entrance->bond = bond_port_state(entrance->link.index);
    }
}

/* Ports that LACP did not use before are waited for, too, because the filter of the last survey may have taken
 * their link down. But they do not have to come: ports of a standby aggregator never do. */
static enum lack lack_of(const struct entrance *entrance)
{
    struct link_state state;

    if (link_state(NULL, entrance->link.index, &state))
        return LACKS_NOTHING; /* it is gone */
    if (entrance->had_carrier && !state.carrier)
        return LACKS_CARRIER;
    if (entrance->bond != BOND_PORT_ALONE && bond_port_state(entrance->link.index) != BOND_PORT_CARRIES)
        return LACKS_AGREEMENT;
    return LACKS_NOTHING;
}

/* Returns an entrance that is waited for; NULL: none. */
static const struct entrance *find_waiting(const struct survey *survey)
{
    for (unsigned i = 0; i < survey->entrance_count; i++)
        if (lack_of(&survey->entrances[i]) != LACKS_NOTHING)
            return &survey->entrances[i];
    return NULL;
}

static void say_waiting(const struct entrance *entrance, bool said[LACKS])
{
    static const char *const waits[LACKS] = {
        [LACKS_CARRIER] = "waiting for the carrier of",
        [LACKS_AGREEMENT] = "waiting for LACP to agree on",
    };
    enum lack lack = lack_of(entrance);

    if (waits[lack] && !said[lack])
        log_info("%s %s, whose link may have been down for the filter", waits[lack], entrance->link.name);
    said[lack] = true;
}

static void warn_of(const struct entrance *entrance)
{
    enum lack lack = lack_of(entrance);

    if (lack == LACKS_CARRIER)
        log_warning("%s has had no carrier since the filter was attached", entrance->link.name);
    else if (lack == LACKS_AGREEMENT && entrance->bond == BOND_PORT_CARRIES)
        log_warning(
            "LACP has not agreed on %s since the filter was attached: probes that leave by it may be lost",
            entrance->link.name);
}

void entrance_wait_ready(const struct survey *survey)
{
    const uint64_t deadline = clock_now_ns() + WAIT_SECONDS * NS_PER_S;
    bool said[LACKS] = {false};
    const struct entrance *waiting;

    while ((waiting = find_waiting(survey)) && !stop_signal_pending() && clock_now_ns() < deadline) {
        say_waiting(waiting, said);
        nanosleep(&(struct timespec){.tv_nsec = LOOK_MS * (long)NS_PER_MS}, NULL);
    }
    for (unsigned i = 0; waiting && !stop_signal_pending() && i < survey->entrance_count; i++)
        warn_of(&survey->entrances[i]);
}
