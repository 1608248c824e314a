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
    /* When another port has agreed, both ends choose the ports that they use anew, and not at the same time:
     * up to 0.4 s later everything was lost for 0.1 to 0.2 s (igb, 6.1 and 6.12). */
    SETTLE_MS = 1000,
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

/* Returns what an entrance lacks, `*out`, the first that lacks anything. */
static enum lack find_lack(const struct survey *survey, const struct entrance **out)
{
    enum lack lack = LACKS_NOTHING;

    for (unsigned i = 0; lack == LACKS_NOTHING && i < survey->entrance_count; i++) {
        *out = &survey->entrances[i];
        lack = lack_of(*out);
    }
    return lack;
}

static void say_waiting(const struct entrance *entrance, enum lack lack, bool said[LACKS])
{
    static const char *const waits[LACKS] = {
        [LACKS_CARRIER] = "waiting for the carrier of",
        [LACKS_AGREEMENT] = "waiting for LACP to agree on",
    };

    if (!said[lack])
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

/* Returns for how long no entrance may lack anything after one did. */
static uint64_t settle_ns(const struct survey *survey)
{
    for (unsigned i = 0; i < survey->entrance_count; i++)
        if (survey->entrances[i].bond != BOND_PORT_ALONE)
            return SETTLE_MS * NS_PER_MS;
    return 0;
}

void entrance_wait_ready(const struct survey *survey)
{
    uint64_t now = clock_now_ns(), deadline = now + WAIT_SECONDS * NS_PER_S, unready = 0;
    bool said[LACKS] = {false};

    while (!stop_signal_pending() && now < deadline) {
        const struct entrance *waiting;
        enum lack lack = find_lack(survey, &waiting);

        if (lack != LACKS_NOTHING) {
            say_waiting(waiting, lack, said);
            unready = now;
        } else if (!unready || now - unready >= settle_ns(survey)) {
            return;
        }
        nanosleep(&(struct timespec){.tv_nsec = LOOK_MS * (long)NS_PER_MS}, NULL);
        now = clock_now_ns();
    }
    for (unsigned i = 0; !stop_signal_pending() && i < survey->entrance_count; i++)
        warn_of(&survey->entrances[i]);
}
