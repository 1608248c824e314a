// SPDX-License-Identifier: GPL-2.0-or-later
/* Ports of bonds that take their link down for a program are tried with real drivers: tests/vm/scenarios.py. */
#include "survey/entrance_wait.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <time.h>

#include "base/clock.h"
#include "host/link.h"
#include "host/netns.h"
#include "host/two_hosts.h"
#include "support/wire.h"
#include "survey/parts.h"

static struct survey survey;
static struct two_hosts hosts;

static void make_entrance(void)
{
    two_hosts_make(&hosts);
    survey.entrance_count = 1;
    survey.entrances[0].link = (struct link_info){.index = hosts.near_index, .name = "near"};
}

/* A device without the far one's end has no carrier. */
static void set_far_down(void)
{
    cr_assert_eq(netns_enter(hosts.far_netns), 0);
    cr_assert_eq(link_set_down(hosts.far_index), 0);
    cr_assert_eq(netns_enter(hosts.near_netns), 0);
    cr_assert_not(wait_for_carrier(hosts.near_index, false).carrier);
}

static void *set_far_up_later(void *unused)
{
    nanosleep(&(struct timespec){.tv_nsec = 300 * (long)NS_PER_MS}, NULL);
    if (netns_enter(hosts.far_netns) == 0)
        wire_set_up("far", 1);
    return unused;
}

Test(entrance_wait, a_carrier_that_was_there_is_waited_for)
{
    pthread_t thread;
    struct link_state state;

    make_entrance();
    entrance_wait_note(&survey);
    set_far_down(); /* as drivers do to load a program */
    cr_assert_eq(pthread_create(&thread, NULL, set_far_up_later, NULL), 0);
    entrance_wait_ready(&survey);
    cr_assert_eq(link_state(NULL, hosts.near_index, &state), 0);
    cr_expect(state.carrier);
    pthread_join(thread, NULL);
}

/* Nobody would wait for a standby port, or for a device that somebody has deleted. */
Test(entrance_wait, one_that_was_not_there_is_not, .timeout = 10)
{
    make_entrance();
    set_far_down();
    entrance_wait_note(&survey);
    entrance_wait_ready(&survey);

    survey.entrances[0].had_carrier = true;
    wire_remove("near");
    entrance_wait_ready(&survey);
}
