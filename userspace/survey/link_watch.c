// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/link_watch.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "host/link_state.h"
#include "packet/frame.h"

static uint64_t sent_so_far(const struct survey *survey)
{
    uint64_t sent = survey->tx.sent;

    for (unsigned i = 0; i < survey->sender_count; i++)
        if (survey->senders[i].sender.tx)
            sent += counter_read(&survey->senders[i].sender.tx->counters.sent);
    return sent;
}

static enum link_condition judge(const struct link_state *state)
{
    if (!state->up)
        return LINK_DOWN;
    if (!state->carrier)
        return LINK_NO_CARRIER;
    return state->mtu < UDP_PROBE_MAX_LENGTH ? LINK_NARROW : LINK_READY;
}

static void note_name(struct survey *survey, const struct link_state *state)
{
    struct link_info *link = &survey->ways.list[0].egress.link;

    if (strcmp(state->name, link->name) == 0)
        return;
    log_info("interface %s is called %s now", link->name, state->name);
    snprintf(link->name, sizeof(link->name), "%s", state->name);
}

/* A sender is told by its socket that the device is gone, also where it has come back meanwhile: sockets do
 * not. */
static bool lost_its_socket(const struct survey *survey)
{
    for (unsigned i = 0; i < survey->sender_count; i++) {
        int error = atomic_load(&survey->senders[i].error);

        if (error == -ENODEV || error == -ENXIO)
            return true;
    }
    return false;
}

/* False where the kernel did not answer: that says nothing about the link. */
static bool look_at_link(struct survey *survey, struct link_look *look)
{
    struct link_state state;
    int error = link_state(survey->ways.list[0].egress.link.index, &state);

    *look = (struct link_look){.condition = LINK_GONE, .sent = sent_so_far(survey)};
    if (error == -ENODEV || lost_its_socket(survey))
        return true;
    if (error)
        return false;
    note_name(survey, &state);
    survey->ways.list[0].egress.link.mtu = state.mtu;
    look->condition = judge(&state);
    look->carrier_losses = state.carrier_losses;
    return true;
}

static void tell_senders(struct survey *survey, enum sender_order order)
{
    for (unsigned i = 0; i < survey->sender_count; i++)
        sender_worker_tell(&survey->senders[i], order);
}

static const char *what_waits(const struct survey *survey)
{
    return survey->sending_ended_ns ? "replies are lost" : "sending waits";
}

static void say_began(const struct survey *survey)
{
    const struct link_info *link = &survey->ways.list[0].egress.link;

    if (survey->outages.now == LINK_NARROW)
        log_warning("the MTU of %s is %" PRIu32 " now, and probes need %d: %s until it is larger", link->name,
                    link->mtu, UDP_PROBE_MAX_LENGTH, what_waits(survey));
    else
        log_warning("the link is down (%s: %s): %s until it is up again", link->name,
                    link_condition_name(survey->outages.now), what_waits(survey));
}

static void say_ended(const struct survey *survey)
{
    const struct outage *last = &survey->outages.last;
    const char *then = survey->sending_ended_ns ? "" : ": sending goes on";

    if (last->why == LINK_NARROW)
        log_info("the MTU of %s is large enough again%s", survey->ways.list[0].egress.link.name, then);
    else if (last->sent)
        log_info("the link is up again%s; %" PRIu64 " probes may have left into nowhere", then, last->sent);
    else
        log_info("the link is up again%s", then);
}

static void follow(struct survey *survey, enum outage_news news)
{
    switch (news) {
    case OUTAGE_NO_NEWS:
        break;
    case OUTAGE_BEGAN:
        tell_senders(survey, SENDER_WAIT);
        say_began(survey);
        break;
    case OUTAGE_ENDED:
        tell_senders(survey, SENDER_SEND);
        say_ended(survey);
        break;
    case OUTAGE_PASSED:
        log_warning("the link was down for a moment: %" PRIu64 " probes may have left into nowhere",
                    survey->outages.last.sent);
        break;
    case OUTAGE_FINAL:
        tell_senders(survey, SENDER_END);
        log_error("survey: interface %s is gone: what had not left is tx_dropped, and what was written is "
                  "valid",
                  survey->ways.list[0].egress.link.name);
        break;
    }
}

/* Where there are several, each way to send looks after its own: send/tx_ways.h. */
static bool is_only_link(const struct survey *survey)
{
    for (unsigned i = 1; i < survey->ways.count; i++)
        if (survey->ways.list[i].egress.link.index != survey->ways.list[0].egress.link.index)
            return false;
    return true;
}

void link_watch_start(struct survey *survey)
{
    struct link_look look;

    if (!is_only_link(survey))
        return;
    if (!look_at_link(survey, &look))
        look = (struct link_look){.condition = LINK_READY};
    follow(survey, outages_start(&survey->outages, &look, clock_now_ns()));
}

void link_watch(struct survey *survey)
{
    struct link_look look;

    if (is_only_link(survey) && !link_watch_gone(survey) && look_at_link(survey, &look))
        follow(survey, outages_note(&survey->outages, &look, clock_now_ns()));
}

void link_watch_end(struct survey *survey)
{
    if (is_only_link(survey))
        outages_end(&survey->outages, sent_so_far(survey), clock_now_ns());
}

bool link_watch_gone(const struct survey *survey)
{
    return survey->outages.now == LINK_GONE;
}

bool link_watch_waits(const struct survey *survey)
{
    return survey->outages.now != LINK_READY;
}
