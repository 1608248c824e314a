// SPDX-License-Identifier: GPL-2.0-or-later
/* The loop with real sockets, on the loopback device of a namespace of its own. */
#include "session/session.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <math.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "addresses.h"
#include "base/clock.h"
#include "command/commands.h"
#include "host/link.h"
#include "host/two_hosts.h"
#include "strategy/path.h"
#include "table.h"

#define LOOPBACK 0x7f000001U

static const struct address sources[] = {IPV4(LOOPBACK)};

static struct session_config usual(enum layout_number layout)
{
    const struct layout_choice choice = layout_choose(&layouts[layout], (struct siphash_key){1, 2});

    return (struct session_config){
        .probes = {.layouts = layout_pair_of(&choice), .sources = sources, .source_count = 1},
        .rate = INFINITY,
        .late_after_ns = 20 * NS_PER_S,
        .paths = 4,
        .flows = 1,
        .max_ttl = 30,
    };
}

static void make_loopback(struct two_hosts *hosts)
{
    struct link_info lo;

    two_hosts_make(hosts);
    cr_assert_eq(link_by_name("lo", &lo), 0);
    cr_assert_eq(link_set_up(lo.index), 0);
}

/* With sockets of the namespace that the test is in. */
static int open_session(struct session *session, struct session_config *config)
{
    cr_assert_eq(sockets_open("test", &config->sockets), EXIT_DONE);
    return session_open(session, config);
}

static void close_session(struct session *session, struct session_config *config)
{
    session_close(session);
    sockets_close(&config->sockets);
}

static struct path *add_path(struct session *session, struct address target_address, uint64_t rounds)
{
    const struct path_config config = {
        .owner = (uint32_t)fleet_count(session->fleet),
        .target_address = target_address,
        .size = 60,
        .first_ttl = 1,
        .max_ttl = 30,
        .queries = 3,
        .window = 16,
        .gap_limit = 5,
        .patience = {.wait_ns = 20 * NS_PER_S}, /* never waited for where all is well */
        .rounds = rounds,
    };
    struct path *path = path_create(&config);

    cr_assert_eq(fleet_add(session->fleet, path_strategy(path), clock_now_ns()), 0);
    return path;
}

Test(session, traces_by_every_protocol)
{
    static const enum layout_number protocols[] = {LAYOUT_UDP4, LAYOUT_ICMP4, LAYOUT_TCP4_SYN,
                                                   LAYOUT_TCP4_ACK};
    struct two_hosts hosts;

    make_loopback(&hosts);
    for (size_t i = 0; i < COUNT(protocols); i++) {
        struct session_config config = usual(protocols[i]);
        struct session session;
        struct session_totals totals;

        cr_assert_eq(open_session(&session, &config), 0);
        struct path *first = add_path(&session, IPV4(LOOPBACK), 1),
                    *second = add_path(&session, IPV4(LOOPBACK + 1), 10);
        cr_assert_eq(session_run(&session), 0);
        cr_expect_eq(path_length(first), 1);
        cr_expect(path_reached(first));
        cr_expect_eq(path_rounds(second), 10);
        session_totals(&session, &totals);
        cr_expect_geq(totals.sent, 3 + 30);
        cr_expect_eq(totals.unsent, 0);
        cr_expect_eq(totals.answers, totals.sent, "%zu: %llu of %llu", i, (unsigned long long)totals.answers,
                     (unsigned long long)totals.sent);
        cr_expect_eq(totals.lost, 0);
        close_session(&session, &config);
    }
}

struct watcher {
    struct session *session;
    int fd;
    unsigned woken, idle;
};

static void woken(void *context, uint64_t now_ns)
{
    struct watcher *watcher = context;
    uint64_t value;

    (void)now_ns;
    cr_assert_eq(read(watcher->fd, &value, sizeof(value)), sizeof(value));
    if (++watcher->woken == 3)
        session_stop(watcher->session);
}

/* Asks for its next call soon, and wakes the loop by its descriptor then. */
static uint64_t idle(void *context, uint64_t now_ns)
{
    struct watcher *watcher = context;
    uint64_t one = 1;

    if (++watcher->idle % 5 == 0)
        cr_assert_eq(write(watcher->fd, &one, sizeof(one)), sizeof(one));
    return now_ns + NS_PER_MS;
}

Test(session, wakes_for_descriptors_and_stops_when_told)
{
    struct session_config config = usual(LAYOUT_UDP4);
    struct two_hosts hosts;
    struct session session;
    struct watcher watcher = {.session = &session, .fd = eventfd(0, EFD_CLOEXEC)};

    make_loopback(&hosts);
    cr_assert_eq(open_session(&session, &config), 0);
    /* Nobody is there, and 20 s are waited for. */
    struct path *path = add_path(&session, NOBODY_ADDRESS, 0);
    session.idle = idle;
    session.idle_context = &watcher;
    session_watch(&session, -1, woken, NULL);
    session_watch(&session, watcher.fd, woken, &watcher);
    cr_assert_eq(session_run(&session), 0);
    cr_expect_eq(watcher.woken, 3);
    cr_expect_eq(path_rounds(path), 0);
    close_session(&session, &config);
    close(watcher.fd);
}

Test(session, tells_what_could_not_be_sent)
{
    struct session_config config = usual(LAYOUT_UDP4);
    struct two_hosts hosts;
    struct session session;
    struct session_totals totals;

    make_loopback(&hosts);
    cr_assert_eq(open_session(&session, &config), 0);
    struct path_config path_config = {.target_address = IPV4(0x08080808),
                                      .size = 60,
                                      .first_ttl = 1,
                                      .max_ttl = 3,
                                      .queries = 1,
                                      .window = 16,
                                      .patience = {.wait_ns = NS_PER_MS},
                                      .rounds = 1};
    struct path *path = path_create(&path_config);
    cr_assert_eq(fleet_add(session.fleet, path_strategy(path), 0), 0);
    cr_assert_eq(session_run(&session), 0);
    session_totals(&session, &totals);
    cr_expect_eq(totals.sent, 0);
    cr_expect_eq(totals.unsent, 3);
    cr_expect_eq(totals.unsent_error, -ENETUNREACH);
    cr_expect_eq(totals.answers, 0);
    close_session(&session, &config);
}

Test(session, opens_with_its_device)
{
    struct session_config config = usual(LAYOUT_UDP4);
    struct two_hosts hosts;
    struct session session;

    make_loopback(&hosts);
    unsigned descriptors = open_descriptors();
    config.interface = "nowhere";
    cr_expect_eq(open_session(&session, &config), -ENODEV);
    close_session(&session, &config);
    cr_expect_eq(open_descriptors(), descriptors);
}
