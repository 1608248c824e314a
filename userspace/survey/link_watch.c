// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/link_watch.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/number.h"
#include "host/link_state.h"
#include "survey/way_out.h"

static enum link_condition judge(const struct link_state *state, unsigned longest)
{
    if (!state->up)
        return LINK_DOWN;
    if (!state->carrier)
        return LINK_NO_CARRIER;
    return state->mtu < longest ? LINK_NARROW : LINK_READY;
}

static void note_name(const struct link_info *link, const struct link_state *state)
{
    if (strcmp(state->name, link->name) != 0)
        log_info("interface %s is called %s now", link->name, state->name);
}

/* Updates all ways through the link. */
static void note_changes(struct survey *survey, const struct link_state *state, unsigned index)
{
    for (unsigned i = 0; i < survey->ways.count; i++) {
        struct link_info *link = &survey->ways.list[i].egress.link;

        if (link->index != index)
            continue;
        snprintf(link->name, sizeof(link->name), "%s", state->name);
        link->mtu = state->mtu;
    }
}

/* A sender's sockets fail when every device is gone. They do not recover, even if a device has come back
 * meanwhile. */
static bool lost_its_sockets(const struct survey *survey)
{
    for (unsigned i = 0; i < survey->sender_count; i++) {
        int error = atomic_load(&survey->senders[i].error);

        if (error == -ENODEV || error == -ENXIO)
            return true;
    }
    return false;
}

/* Returns false where the kernel did not answer: the state of the link is then unknown. */
static bool look_at_link(struct survey *survey, const struct outlet *outlet, struct link_look *look)
{
    const struct link_info *link = way_out_link(survey, outlet);
    struct link_state state;
    int error = link_state(survey->inquiries, link->index, &state);

    *look = (struct link_look){.condition = LINK_GONE, .sent = way_out_sent(survey, outlet)};
    if (error == -ENODEV || lost_its_sockets(survey))
        return true;
    if (error)
        return false;
    note_name(link, &state);
    note_changes(survey, &state, link->index);
    look->condition = judge(&state, way_out_longest(survey, outlet));
    look->carrier_losses = state.carrier_losses;
    return true;
}

static bool is_only_one(const struct survey *survey)
{
    return survey->outlet_count == 1;
}

/* With several ways, senders handle outages themselves. */
static void tell_senders(struct survey *survey, enum sender_order order)
{
    for (unsigned i = 0; is_only_one(survey) && i < survey->sender_count; i++)
        sender_worker_tell(&survey->senders[i], order);
}

static const char *what_waits(const struct survey *survey)
{
    if (survey->sending_ended_ns)
        return "replies are lost";
    return is_only_one(survey)
               ? "sending waits"
               : "its probes wait, or are dropped (tx_dropped) if others would have to wait for them,";
}

static void say_began(const struct survey *survey, const struct outlet *outlet)
{
    const struct link_info *link = way_out_link(survey, outlet);

    if (outlet->outages.now == LINK_NARROW)
        log_warning("the MTU of %s is %" PRIu32 " now, and probes need %u: %s until it is larger", link->name,
                    link->mtu, way_out_longest(survey, outlet), what_waits(survey));
    else
        log_warning("the link is down (%s: %s): %s until it is up again", link->name,
                    link_condition_name(outlet->outages.now), what_waits(survey));
}

static void say_ended(const struct survey *survey, const struct outlet *outlet)
{
    const struct outage *last = &outlet->outages.last;
    const char *name = way_out_link(survey, outlet)->name;
    const char *through = is_only_one(survey) ? "" : " through ", *which = is_only_one(survey) ? "" : name;
    char then[sizeof(": sending through  goes on") + IF_NAMESIZE] = "";

    if (!survey->sending_ended_ns)
        snprintf(then, sizeof(then), ": sending%s%s goes on", through, which);
    if (last->why == LINK_NARROW)
        log_info("the MTU of %s is large enough again%s", name, then);
    else if (last->sent)
        log_info("the link is up again%s; %" PRIu64 " probe%s may have been lost in the meantime", then,
                 last->sent, plural(last->sent));
    else
        log_info("the link is up again%s", then);
}

static void say_gone(const struct survey *survey, const struct outlet *outlet)
{
    const char *name = way_out_link(survey, outlet)->name;

    if (link_watch_gone(survey))
        log_error("survey: interface %s is gone: probes that had not left are counted as tx_dropped, and "
                  "what was written is valid",
                  name);
    else
        log_warning("interface %s is gone: its probes are counted as tx_dropped from now on", name);
}

static void follow(struct survey *survey, const struct outlet *outlet, enum outage_news news)
{
    switch (news) {
    case OUTAGE_NO_NEWS:
        break;
    case OUTAGE_BEGAN:
        tell_senders(survey, SENDER_WAIT);
        say_began(survey, outlet);
        break;
    case OUTAGE_ENDED:
        tell_senders(survey, SENDER_SEND);
        say_ended(survey, outlet);
        break;
    case OUTAGE_PASSED:
        log_warning("the link was down for a moment (%s): %" PRIu64 " probe%s may have been lost",
                    way_out_link(survey, outlet)->name, outlet->outages.last.sent,
                    plural(outlet->outages.last.sent));
        break;
    case OUTAGE_FINAL:
        tell_senders(survey, SENDER_END);
        say_gone(survey, outlet);
        break;
    }
}

void link_watch_start(struct survey *survey)
{
    for (unsigned i = 0; i < survey->outlet_count; i++) {
        struct outlet *outlet = &survey->outlets[i];
        struct link_look look;

        if (!look_at_link(survey, outlet, &look))
            look = (struct link_look){.condition = LINK_READY};
        follow(survey, outlet, outages_start(&outlet->outages, &look, clock_now_ns()));
    }
}

void link_watch(struct survey *survey)
{
    for (unsigned i = 0; i < survey->outlet_count; i++) {
        struct outlet *outlet = &survey->outlets[i];
        struct link_look look;

        if (outlet->outages.now != LINK_GONE && look_at_link(survey, outlet, &look))
            follow(survey, outlet, outages_note(&outlet->outages, &look, clock_now_ns()));
    }
}

void link_watch_end(struct survey *survey)
{
    for (unsigned i = 0; i < survey->outlet_count; i++)
        outages_end(&survey->outlets[i].outages, way_out_sent(survey, &survey->outlets[i]), clock_now_ns());
}

bool link_watch_gone(const struct survey *survey)
{
    bool gone = true;

    for (unsigned i = 0; i < survey->outlet_count; i++)
        gone &= survey->outlets[i].outages.now == LINK_GONE;
    return gone;
}

bool link_watch_waits(const struct survey *survey)
{
    bool waits = true;

    for (unsigned i = 0; i < survey->outlet_count; i++)
        waits &= survey->outlets[i].outages.now != LINK_READY;
    return waits;
}
