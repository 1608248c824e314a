// SPDX-License-Identifier: GPL-2.0-or-later
/* Drivers that take their link down for a program, and bonds, are tried in guests: tests/vm/scenarios.py. */
#include "survey/entrance_wait.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include "capture.h"
#include "host/link.h"
#include "host/netns.h"
#include "host/two_hosts.h"
#include "support/wire.h"
#include "survey/parts.h"

static struct survey survey;
static struct two_hosts hosts;

static void start(void)
{
    two_hosts_make(&hosts);
    survey.entrance_count = 1;
    survey.entrances[0].link = (struct link_info){.index = hosts.near_index, .name = "near"};
}

/* A veth device has no carrier while its other end is down. */
static void set_far_down(void)
{
    cr_assert_eq(netns_enter(hosts.far_netns), 0);
    cr_assert_eq(link_set_down(hosts.far_index), 0);
    cr_assert_eq(netns_enter(hosts.near_netns), 0);
    cr_assert_not(wait_for_carrier(hosts.near_index, false).carrier);
}

/* Ends what is waited for, once it is said on stderr, a pipe, that there is a wait. Returns its argument if that
 * fails. */
static void *set_far_up(void *pipe_end)
{
    char text[1000];

    if (read(*(const int *)pipe_end, text, sizeof(text)) > 0 && netns_enter(hosts.far_netns) == 0 &&
        link_set_up(hosts.far_index) == 0)
        return NULL;
    return pipe_end;
}

static void expect_no_wait(void)
{
    struct capture said = capture_start(STDERR_FILENO);

    entrance_wait_ready(&survey);
    cr_expect_str_empty(capture_end(&said));
}

Test(entrance_wait, a_carrier_that_was_there_is_waited_for)
{
    pthread_t thread;
    struct link_state state;
    void *failed = NULL;
    int ends[2];

    start();
    entrance_wait_note(&survey);
    set_far_down(); /* as drivers do to load a program */
    cr_assert_eq(pipe2(ends, O_CLOEXEC), 0);
    cr_assert_eq(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
    cr_assert_eq(pthread_create(&thread, NULL, set_far_up, &ends[0]), 0);
    entrance_wait_ready(&survey);
    cr_assert_eq(link_state(NULL, hosts.near_index, &state), 0);
    cr_expect(state.carrier);
    pthread_join(thread, &failed);
    cr_expect_null(failed);
}

/* Such as that of a standby port. */
Test(entrance_wait, one_that_was_not_there_is_not)
{
    start();
    set_far_down();
    entrance_wait_note(&survey);
    expect_no_wait();
}

Test(entrance_wait, nor_is_a_device_that_is_gone)
{
    start();
    entrance_wait_note(&survey);
    survey.entrances[0].bond = BOND_PORT_CARRIES;
    wire_remove("near");
    expect_no_wait();
}
