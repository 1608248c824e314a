// SPDX-License-Identifier: GPL-2.0-or-later
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/errqueue.h>
#include <linux/if_link.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "host/link.h"
#include "host/netns.h"
#include "host/two_hosts.h"
#include "sim/uplink.h"
#include "worlds.h"

enum {
    PROBES = 2000,
    PATIENCE_MS = 20000, /* namespaces are taken apart in the background, after others that are waiting */
    FIRST_PORT = 33434,
};

static int try_to_open(struct sim_uplink **uplink, const struct sim_topology *world, unsigned queues)
{
    const struct sim_uplink_config config = {.topology = world, .queues = queues};

    return sim_uplink_open(uplink, &config);
}

static struct sim_uplink *open_uplink(const struct sim_topology *world, unsigned queues)
{
    struct sim_uplink *uplink = NULL;

    cr_assert_eq(try_to_open(&uplink, world, queues), 0);
    return uplink;
}

/* XDP_TX needs a native program at the near end: one that passes everything. Returns its link. */
static int attach_pass(const char *interface)
{
    static const struct bpf_insn pass[] = {
        {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = XDP_PASS},
        {.code = BPF_JMP | BPF_EXIT},
    };
    LIBBPF_OPTS(bpf_link_create_opts, options, .flags = XDP_FLAGS_DRV_MODE);
    struct link_info link;
    int program = bpf_prog_load(BPF_PROG_TYPE_XDP, "pass", "GPL", pass, 2, NULL);

    cr_assert_eq(link_by_name(interface, &link), 0);
    int fd = bpf_link_create(program, (int)link.index, BPF_XDP, &options);
    cr_assert_geq(fd, 0);
    close(program);
    return fd;
}

static struct sockaddr_in socket_address(uint32_t address, uint16_t port)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(address), .sin_port = htons(port)};
}

/* An ordinary UDP socket that is told of ICMP errors. */
static int probing_socket(uint8_t ttl)
{
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), ttl_option = ttl, on = 1;

    cr_assert_geq(fd, 0);
    cr_assert_eq(setsockopt(fd, IPPROTO_IP, IP_TTL, &ttl_option, sizeof(ttl_option)), 0);
    cr_assert_eq(setsockopt(fd, IPPROTO_IP, IP_RECVERR, &on, sizeof(on)), 0);
    return fd;
}

static struct sock_extended_err *find_error(struct msghdr *message)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c))
        if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_RECVERR)
            return (struct sock_extended_err *)(void *)CMSG_DATA(c);
    cr_assert_fail("an error without its description");
    return NULL;
}

/* Who answers a UDP datagram to `target` with `ttl`, and with which ICMP type. */
static uint32_t traceroute_hop(uint32_t target, uint8_t ttl, uint8_t *icmp_type)
{
    struct sockaddr_in to = socket_address(target, FIRST_PORT), about;
    char control[512], payload[1];
    struct iovec part = {payload, sizeof(payload)};
    struct msghdr message = {.msg_name = &about,
                             .msg_namelen = sizeof(about),
                             .msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control,
                             .msg_controllen = sizeof(control)};
    int fd = probing_socket(ttl);
    struct pollfd wait = {.fd = fd};

    cr_assert_eq(sendto(fd, "", 1, 0, (struct sockaddr *)&to, sizeof(to)), 1);
    cr_assert_eq(poll(&wait, 1, PATIENCE_MS), 1, "no answer from TTL %u", ttl);
    cr_assert_geq(recvmsg(fd, &message, MSG_ERRQUEUE), 0);
    close(fd);

    struct sock_extended_err *error = find_error(&message);
    *icmp_type = error->ee_type;
    return ntohl(((struct sockaddr_in *)(void *)SO_EE_OFFENDER(error))->sin_addr.s_addr);
}

Test(uplink, ordinary_programs_trace_routes_through_it)
{
    struct sim_topology world = make_world("ideal", 4);
    struct sim_uplink *uplink = open_uplink(&world, 1);
    int pass = attach_pass(sim_uplink_interface(uplink));
    uint32_t target = 0x08080404;
    uint8_t distance = hop_at(&world, target, 64).distance;
    struct sim_uplink_counters counters;

    for (uint8_t ttl = 1; ttl <= distance; ttl++) {
        uint8_t type;

        cr_expect_eq(traceroute_hop(target, ttl, &type), hop_at(&world, target, ttl).address, "TTL %u", ttl);
        cr_expect_eq(type, ttl < distance ? 11 : 3, "TTL %u", ttl);
    }
    cr_assert_eq(sim_uplink_counters(uplink, &counters), 0);
    cr_expect_eq(counters.time_exceeded, distance - 1);
    cr_expect_eq(counters.port_unreachable, 1);
    cr_expect_eq(counters.received, distance, "the host sent more than its probes");
    close(pass);
    sim_uplink_close(uplink);
}

/* Some of which the kernel may refuse, since it has been told of an error meanwhile. */
static void send_datagrams(unsigned count)
{
    int fd = probing_socket(1);

    for (unsigned i = 0; i < count; i++) {
        struct sockaddr_in to = socket_address(0x10000001 + i * 256, FIRST_PORT);

        (void)!sendto(fd, "", 1, 0, (struct sockaddr *)&to, sizeof(to));
    }
    close(fd);
}

static uint64_t packets_received(const char *interface)
{
    struct link_counters counters;
    struct link_info link;

    cr_assert_eq(link_by_name(interface, &link), 0);
    cr_assert_eq(link_counters(NULL, link.index, &counters), 0);
    return counters.rx_packets;
}

static struct sim_uplink_counters counters_of(const struct sim_uplink *uplink)
{
    struct sim_uplink_counters counters;

    cr_assert_eq(sim_uplink_counters(uplink, &counters), 0);
    return counters;
}

/* Whether the counters have every packet once. The kernels may still look for each other. */
static bool is_balanced(const struct sim_uplink *uplink)
{
    uint64_t received = packets_received(sim_uplink_interface(uplink));
    struct sim_uplink_counters now = counters_of(uplink);

    return received == now.neighbour + now.line.sent + now.forged &&
           now.time_exceeded == now.line.sent + now.line.dropped + now.line.delay_full + now.line.pending;
}

/* Packets that the devices have and nobody has processed yet are waited for. */
static void expect_balance(const struct sim_uplink *uplink)
{
    int waited = 0;

    for (; waited < PATIENCE_MS && !is_balanced(uplink); waited += 20)
        usleep(20000);
    cr_expect_lt(waited, PATIENCE_MS, "packets are missing, or counted twice");
}

/* In the middle of a flood, with replies in every place. */
Test(uplink, has_counted_every_packet_once_when_it_has_ended)
{
    struct sim_options options = sim_options_default();
    struct sim_topology world = make_world("ideal", 1);
    struct sim_uplink_counters first, last;
    struct sim_uplink *uplink;
    struct error_text error;

    cr_assert_eq(sim_option_fault(NULL, "flood@0", &options.line.faults, &error), 0);
    cr_assert_eq(sim_options_resolve(&options, &world), 0);
    struct sim_uplink_config config = sim_uplink_configure(&options, &world);
    config.line.rtt = true;
    cr_assert_eq(sim_uplink_open(&uplink, &config), 0);
    int pass = attach_pass(sim_uplink_interface(uplink));

    send_datagrams(PROBES);
    do
        first = counters_of(uplink);
    while (first.forged < PROBES || !first.line.sent);
    sim_uplink_end(uplink);
    first = counters_of(uplink);
    expect_balance(uplink);
    last = counters_of(uplink);
    cr_expect_eq(first.forged, last.forged, "final");
    cr_expect_eq(first.line.sent, last.line.sent, "final");
    close(pass);
    sim_uplink_close(uplink);
}

Test(uplink, has_the_queues_asked_for)
{
    struct sim_topology world = make_world("ideal", 1);
    struct sim_uplink *uplink = open_uplink(&world, 3);
    struct link_info link;

    cr_assert_eq(link_by_name(sim_uplink_interface(uplink), &link), 0);
    cr_expect_eq(link.rx_queues, 3);
    cr_expect_eq(link.tx_queues, 3);
    sim_uplink_close(uplink);
}

static ino_t current_namespace(void)
{
    struct stat status;

    cr_assert_eq(stat("/proc/thread-self/ns/net", &status), 0);
    return status.st_ino;
}

Test(uplink, close_returns_and_leaves_no_descriptor)
{
    struct sim_topology world = make_world("ideal", 1);
    ino_t home = current_namespace();
    unsigned descriptors = open_descriptors();
    struct sim_uplink *uplink = open_uplink(&world, 1);

    cr_expect_neq(current_namespace(), home);
    sim_uplink_close(uplink);
    cr_expect_eq(current_namespace(), home);
    cr_expect_eq(open_descriptors(), descriptors);
}

Test(uplink, refuses_without_privilege_and_leaves_nothing)
{
    struct sim_topology world = make_world("ideal", 1);
    unsigned descriptors = open_descriptors();
    struct sim_uplink *uplink = NULL;

    drop_capability(CAP_NET_ADMIN);
    cr_expect_eq(try_to_open(&uplink, &world, 1), -EPERM);
    cr_expect_null(uplink);
    cr_expect_eq(open_descriptors(), descriptors);
}

Test(uplink, failure_half_way_leaves_nothing)
{
    struct sim_topology world = make_world("ideal", 1);
    unsigned descriptors = open_descriptors();
    ino_t home = current_namespace();
    struct sim_uplink *uplink = NULL;

    cr_expect_lt(try_to_open(&uplink, &world, 1U << 20), 0); /* more queues than a device can have */
    cr_expect_eq(open_descriptors(), descriptors);
    cr_expect_eq(current_namespace(), home);
}

/*
 * What a killed process leaves behind is looked for from outside: its program by ID, and each of its network
 * namespaces by a canary, a device of ours whose peer lives there and goes when the namespace goes.
 */
enum { CANARIES = 2, DESCRIPTORS = 256 };

static bool is_foreign_namespace(const char *path)
{
    struct stat status;
    char target[8] = "";

    return readlink(path, target, sizeof(target) - 1) > 0 && strncmp(target, "net:[", 5) == 0 &&
           stat(path, &status) == 0 && status.st_ino != current_namespace();
}

static void plant_canary(const char *path, struct link_info *canary, unsigned number)
{
    char name[IF_NAMESIZE];
    int netns = open(path, O_RDONLY | O_CLOEXEC);

    snprintf(name, sizeof(name), "canary%u", number);
    cr_assert_geq(netns, 0);
    cr_assert_eq(link_create_veth(name, name, netns, 1), 0);
    cr_assert_eq(link_by_name(name, canary), 0);
    close(netns);
}

/* Plants one in each namespace that `child` holds apart from ours; returns how many. */
static unsigned plant_canaries(pid_t child, struct link_info canaries[CANARIES])
{
    unsigned planted = 0;

    for (int descriptor = 0; descriptor < DESCRIPTORS && planted < CANARIES; descriptor++) {
        char path[64];

        snprintf(path, sizeof(path), "/proc/%d/fd/%d", child, descriptor);
        if (is_foreign_namespace(path)) {
            plant_canary(path, &canaries[planted], planted);
            planted++;
        }
    }
    return planted;
}

/* The ID of the one BPF program that `child` holds. */
static uint32_t program_of(pid_t child)
{
    unsigned id = 0;

    for (int descriptor = 0; descriptor < DESCRIPTORS && !id; descriptor++) {
        char path[64], line[128];

        snprintf(path, sizeof(path), "/proc/%d/fdinfo/%d", child, descriptor);
        FILE *file = fopen(path, "r");
        while (file && !id && fgets(line, sizeof(line), file))
            sscanf(line, "prog_id: %u", &id);
        if (file)
            fclose(file);
    }
    return id;
}

static bool program_exists(uint32_t id)
{
    int fd = bpf_prog_get_fd_by_id(id);

    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

static bool link_exists(const struct link_info *link)
{
    struct link_info found;

    return link_by_name(link->name, &found) == 0;
}

/* Waits until nothing is left, with patience: the kernel takes namespaces apart in the background. */
static void assert_gone(uint32_t program, const struct link_info canaries[CANARIES])
{
    for (int waited = 0; waited < PATIENCE_MS; waited += 20) {
        if (!program_exists(program) && !link_exists(&canaries[0]) && !link_exists(&canaries[1]))
            return;
        usleep(20000);
    }
    cr_assert_fail("program left: %d, namespaces left: %d and %d", program_exists(program),
                   link_exists(&canaries[0]), link_exists(&canaries[1]));
}

/* The child opens an uplink, tells so, and then waits to be told to close it, or to be killed. */
static pid_t start_child(int *to_child)
{
    struct sim_topology world = make_world("ideal", 1);
    int ready[2], stop[2];
    char byte;

    cr_assert(pipe(ready) == 0 && pipe(stop) == 0);
    pid_t child = fork();
    if (child == 0) {
        struct sim_uplink *uplink = open_uplink(&world, 1);

        if (write(ready[1], "", 1) != 1 || read(stop[0], &byte, 1) != 1)
            _exit(1);
        sim_uplink_close(uplink);
        if (write(ready[1], "", 1) == 1)
            pause();
        _exit(1);
    }
    cr_assert_eq(read(ready[0], &byte, 1), 1);
    *to_child = stop[1];
    return child;
}

static void look_for_remains(bool kill_it)
{
    struct link_info canaries[CANARIES];
    int to_child;

    cr_assert_eq(netns_enter(netns_create()), 0);
    pid_t child = start_child(&to_child);
    uint32_t program = program_of(child);
    cr_assert_neq(program, 0);
    cr_assert(program_exists(program));
    cr_assert_eq(plant_canaries(child, canaries), CANARIES);
    if (kill_it)
        kill(child, SIGKILL);
    else
        cr_assert_eq(write(to_child, "", 1), 1);
    assert_gone(program, canaries);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
}

Test(uplink, close_leaves_no_program_and_no_namespace)
{
    look_for_remains(false);
}

Test(uplink, sigkill_leaves_no_program_and_no_namespace)
{
    look_for_remains(true);
}
