// SPDX-License-Identifier: GPL-2.0-or-later
/* What live frames alone do; what all backends have in common is in test_tx.c. */
#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

#include "addresses.h"
#include "base/clock.h"
#include "host/netns.h"
#include "live_sender.h"
#include "send/packet_socket.h"
#include "send/tx_link.h"
#include "support/wire.h"

enum {
    PROBES = 100,
    MIXED = 2000,    /* more than the ring has slots */
    LONG_EVERY = 11, /* which is not the number of frames that the kernel hands to a device at once */
    FAR_MTU = 100,
    REST_US = 200000, /* a look at what a pause costs */
};

/* Whether the link of the near end is known to be down. */
static bool is_down(void)
{
    int inquiry = socket(AF_INET, SOCK_DGRAM, 0);
    bool down = packet_socket_link_down(inquiry, if_nametoindex("near"));

    close(inquiry);
    return down;
}

/* The kernel tells a little late that a link is up again. */
static int push_to_the_end(struct tx *tx)
{
    uint64_t deadline = clock_now_ns() + 10 * NS_PER_S;
    int state;

    while ((state = tx->ops->push(tx)) == -EAGAIN || (state == -ENETDOWN && !is_down()))
        cr_assert_lt(clock_now_ns(), deadline);
    return state;
}

static void send_and_publish(struct tx *tx)
{
    const struct probe probe = {.target_address = IPV4(0x14000001), .ttl = 7};

    for (int i = 0; i < PROBES; i++)
        cr_assert_eq(tx_live.send(tx, &probe, 1, 1), 1);
}

static void expect_dropped(struct tx_link *link)
{
    uint8_t frame[WIRE_FRAME_MAX];
    struct tx_totals totals = tx_link_close(link);

    cr_expect_eq(totals.sent, 0);
    cr_expect_eq(totals.dropped, PROBES);
    cr_expect_eq(wire_receive_now(link->wire, frame), 0);
    tx_link_free(link);
}

/* A veth device whose peer has no native XDP program takes no redirected frame. Before Linux 6.3 it does not
 * say so beforehand, and refuses one after the other. */
Test(tx_live, a_far_end_without_xdp_is_told_and_counted)
{
    struct tx_link link;
    int state;

    tx_link_make(&link, &tx_live, 0);
    close(link.far_program);
    link.far_program = -1;
    /* The program goes some time after its last descriptor. */
    usleep(200000);
    send_and_publish(link.tx);
    do
        state = push_to_the_end(link.tx);
    while (state == 0 && !counter_read(&link.tx->counters.dropped));
    cr_expect(state == -EOPNOTSUPP || state == 0, "%d", state);
    expect_dropped(&link);
}

Test(tx_live, refused_frames_are_dropped_and_counted)
{
    struct tx_link link;

    tx_link_make(&link, &tx_live, 0);
    cr_assert_eq(netns_enter(link.hosts.far_netns), 0);
    wire_set_up("far", 0);
    cr_assert_eq(netns_enter(link.hosts.near_netns), 0);
    send_and_publish(link.tx);
    push_to_the_end(link.tx);
    expect_dropped(&link);
}

static void set_far_up(const struct two_hosts *hosts, int up)
{
    cr_assert_eq(netns_enter(hosts->far_netns), 0);
    wire_set_up("far", up);
    cr_assert_eq(netns_enter(hosts->near_netns), 0);
    while (is_down() == up)
        usleep(1000);
}

/* The kernel takes 16 frames and one more before BPF sees that none leaves. What is in
 * the ring then stays there, is crafted once more and leaves. */
Test(tx_live, the_rest_waits_while_there_is_no_carrier)
{
    const uint64_t later = 5 * NS_PER_S;
    uint8_t wanted[FRAME_MAX_LENGTH], frame[WIRE_FRAME_MAX];
    struct quoted_probe quoted;
    struct tx_link link;

    tx_link_make(&link, &tx_live, 0);
    set_far_up(&link.hosts, 0);
    send_and_publish(link.tx);
    /* The first time it has noticed, the second time the kernel's side holds probes. */
    for (int noticed = 0; noticed < 2; noticed += tx_live.push(link.tx) == -ENETDOWN)
        continue;
    tx_live.renew(link.tx, later);

    set_far_up(&link.hosts, 1);
    cr_expect_eq(push_to_the_end(link.tx), 0);
    uint64_t dropped = counter_read(&link.tx->counters.dropped);
    cr_expect(dropped > 0 && dropped <= 17, "%llu", (unsigned long long)dropped);
    frame_prepare(&link.frame, wanted);
    for (uint64_t i = dropped; i < PROBES; i++) {
        size_t length = wire_receive(link.wire, frame);

        cr_assert_gt(length, 0, "probe %llu", (unsigned long long)i);
        cr_assert(
            layout_read_own(&link.frame.layout, frame + ETHERNET_HEADER, length - ETHERNET_HEADER, &quoted));
        unsigned expected = frame_craft(&link.frame, &quoted.probe, (uint32_t)(later / NS_PER_US), wanted);
        cr_assert_eq(length, expected);
        cr_assert_arr_eq(frame, wanted, expected);
    }
    struct tx_totals totals = tx_link_close(&link);
    cr_expect_eq(totals.sent, PROBES - dropped);
    cr_expect_eq(totals.dropped, dropped);
    tx_link_free(&link);
}

static uint64_t processor_ns(void)
{
    return clock_read_ns(CLOCK_PROCESS_CPUTIME_ID);
}

static void pause_until_at_rest(struct tx *tx)
{
    uint64_t deadline = clock_now_ns() + 10 * NS_PER_S, spent;

    do {
        spent = processor_ns();
        tx_live.pause(tx);
        usleep(REST_US);
        cr_assert_lt(clock_now_ns(), deadline, "it keeps a processor busy");
    } while (processor_ns() - spent > REST_US * NS_PER_US / 10);
}

/* The first push that returns 0 has published them. */
static void push_until_sent(struct tx *tx, uint64_t count)
{
    uint64_t deadline = clock_now_ns() + 10 * NS_PER_S;

    do {
        cr_assert_eq(push_to_the_end(tx), 0);
        cr_assert_lt(clock_now_ns(), deadline);
    } while (counter_read(&tx->counters.sent) < count);
    cr_expect_eq(counter_read(&tx->counters.sent), count);
}

/* Its call would keep a CPU busy. */
Test(tx_live, takes_no_processor_in_a_pause)
{
    struct tx_link link;

    tx_link_make(&link, &tx_live, 0);
    for (unsigned pauses = 1; pauses <= 3; pauses++) {
        pause_until_at_rest(link.tx);
        send_and_publish(link.tx);
        usleep(REST_US);
        cr_expect_eq(counter_read(&link.tx->counters.sent), (pauses - 1) * PROBES);
        push_until_sent(link.tx, pauses * PROBES);
    }
    pause_until_at_rest(link.tx);
    struct tx_totals totals = tx_link_close(&link);
    cr_expect_eq(totals.sent, 3 * PROBES);
    cr_expect_eq(totals.dropped, 0);
    tx_link_free(&link);
}

static unsigned thread_count(void)
{
    DIR *tasks = opendir("/proc/self/task");
    unsigned count = 0;

    cr_assert_not_null(tasks);
    for (const struct dirent *task; (task = readdir(tasks));)
        count += task->d_name[0] != '.';
    closedir(tasks);
    return count;
}

/* Its call keeps a CPU busy, whether there are probes or not. */
Test(tx_live, the_call_ends_with_the_last_probe)
{
    struct tx_link link;

    tx_link_make(&link, &tx_live, 0);
    unsigned threads = thread_count();
    uint64_t deadline = clock_now_ns() + 10 * NS_PER_S;

    send_and_publish(link.tx);
    cr_assert_eq(push_to_the_end(link.tx), 0);
    tx_live.finish(link.tx);
    /* A thread that was waited for stays in the list a moment longer. */
    while (thread_count() != threads - 1 && clock_now_ns() < deadline)
        usleep(1000);
    cr_expect_eq(thread_count(), threads - 1);
    cr_expect_eq(counter_read(&link.tx->counters.sent), PROBES);
    tx_live.finish(link.tx);
    struct tx_totals totals = tx_link_close(&link);
    cr_expect_eq(totals.sent, PROBES);
    cr_expect_eq(totals.dropped, 0);
    tx_link_free(&link);
}

/* Some of these are too long for the far end. */
struct mixture {
    bool told[MIXED], arrived[MIXED];
};

static struct probe mixed_at(uint32_t i)
{
    return (struct probe){.target_address = IPV6(0x20010db800000000, i),
                          .ttl = i % LONG_EVERY ? 5 : PROBE_MAX_TTL};
}

static uint32_t number_of(const struct probe *probe)
{
    cr_assert_lt(probe->target_address.low, MIXED);
    return (uint32_t)probe->target_address.low;
}

static void note_told(void *context, const struct probe *probe)
{
    struct mixture *mixture = context;
    uint32_t number = number_of(probe);

    cr_expect_not(mixture->told[number], "probe %u was told twice", number);
    cr_expect_eq(probe->ttl, mixed_at(number).ttl);
    mixture->told[number] = true;
}

/* Hosts send frames of their own accord by IPv6. */
static void note_arrived(const struct tx_link *link, struct mixture *mixture)
{
    uint8_t frame[WIRE_FRAME_MAX];
    struct quoted_probe quoted;
    size_t length;

    while ((length = wire_receive_now(link->wire, frame)))
        if (layout_read_own(&link->frame.layout, frame + ETHERNET_HEADER, length - ETHERNET_HEADER, &quoted))
            mixture->arrived[number_of(&quoted.probe)] = true;
}

static void send_mixture(struct tx_link *link, struct mixture *mixture)
{
    for (uint32_t i = 0; i < MIXED; i++) {
        const struct probe probe = mixed_at(i);

        while (!tx_live.send(link->tx, &probe, 1, 1))
            tx_live.push(link->tx);
        tx_live.push(link->tx);
        note_arrived(link, mixture);
    }
    cr_expect_eq(push_to_the_end(link->tx), 0);
    note_arrived(link, mixture);
}

/* The device takes the frames before the first that is too long, and none of those that it was given with it. */
Test(tx_live, tells_which_probes_the_device_did_not_take)
{
    struct mixture mixture = {0};
    struct tx_link link;
    uint64_t told = 0;

    tx_link_make_layout(&link, &tx_live, layout_by_name("udp", FAMILY_IPV6), NULL);
    link.tx->listener = (struct tx_listener){note_told, &mixture};
    cr_assert_eq(netns_enter(link.hosts.far_netns), 0);
    wire_set_mtu("far", FAR_MTU);
    cr_assert_eq(netns_enter(link.hosts.near_netns), 0);
    send_mixture(&link, &mixture);
    for (uint32_t i = 0; i < MIXED; i++) {
        told += mixture.told[i];
        cr_expect_neq(mixture.told[i], mixture.arrived[i], "probe %u", i);
        cr_expect(mixture.told[i] || i % LONG_EVERY, "probe %u is too long", i);
    }
    struct tx_totals totals = tx_link_close(&link);
    cr_expect_eq(totals.dropped, told);
    cr_expect_eq(totals.sent, MIXED - told);
    cr_expect_gt(totals.sent, 0);
    tx_link_free(&link);
}

Test(tx_live, bounds_its_ring)
{
    const struct frame_template frame = {.ethernet_length = ETHERNET_HEADER, .layout.layout = layouts};
    const struct tx_config config = {.interface_index = 1, .frame = &frame, .slots = 2 * LIVE_RING_MAX_SLOTS};
    struct tx *tx;

    cr_expect_eq(tx_live.open(&tx, &config), -EINVAL);
}

/* The length of the Ethernet header is a constant to the verifier. */
Test(tx_live, loads_with_a_vlan_tag)
{
    const struct frame_config with_vlan = {
        .layout = layout_choose(&layouts[LAYOUT_USUAL], (struct siphash_key){1, 2}),
        .source = NEAR_ADDRESS,
        .vlan = 5};
    struct frame_template frame;
    struct tx_totals totals;
    struct tx_link link;
    struct tx *tx;

    tx_link_make(&link, &tx_live, 0);
    frame_template_init(&frame, &with_vlan);
    const struct tx_config config = {.interface_index = link.hosts.near_index, .frame = &frame};
    cr_assert_eq(tx_live.open(&tx, &config), 0);
    tx_live.close(tx, &totals);
    tx_link_close(&link);
    tx_link_free(&link);
}
