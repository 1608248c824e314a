// SPDX-License-Identifier: GPL-2.0-or-later
#include "send/tx_link.h"

#include <bpf/bpf.h>
#include <criterion/criterion.h>
#include <linux/bpf.h>
#include <string.h>
#include <unistd.h>

#include "host/link.h"
#include "host/netns.h"
#include "support/wire.h"
#include "xdp/program.h"
#include "xdp/socket.h"

enum {
    RECEIVE_FRAMES = 64, /* none is received */
};

/* Frames are redirected to a veth device only while its peer has a native XDP program. */
static int pass_everything(const struct two_hosts *hosts)
{
    const struct bpf_insn instructions[] = {
        {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = XDP_PASS},
        {.code = BPF_JMP | BPF_EXIT},
    };
    int program = bpf_prog_load(BPF_PROG_TYPE_XDP, "pass", "GPL", instructions, 2, NULL);

    cr_assert_geq(program, 0);
    cr_assert_eq(netns_enter(hosts->far_netns), 0);
    int attached = xdp_program_attach(program, hosts->far_index, XDP_MODE_NATIVE);
    cr_assert_eq(netns_enter(hosts->near_netns), 0);
    cr_assert_geq(attached, 0);
    close(program);
    return attached;
}

static void make(struct tx_link *link, const struct tx_ops *ops, const struct layout *layout,
                 const char *contact, uint32_t slots, struct tx_constant constant)
{
    bool ipv4 = layout->family == FAMILY_IPV4;
    struct frame_config frame = {.layout = layout_choose(layout, (struct siphash_key){1, 2}),
                                 .source = ipv4 ? NEAR_ADDRESS : NEAR_ADDRESS6,
                                 .vlan = FRAME_NO_VLAN,
                                 .contact = contact};
    struct link_info near;

    two_hosts_make(&link->hosts);
    cr_assert_eq(link_by_index(link->hosts.near_index, &near), 0);
    memcpy(frame.source_mac, near.mac, sizeof(frame.source_mac));
    memcpy(frame.next_hop_mac, link->hosts.far_mac, sizeof(frame.next_hop_mac));
    frame_template_init(&link->frame, &frame);
    link->far_program = pass_everything(&link->hosts);
    link->wire = (ipv4 ? wire_open : wire_open_ipv6)(link->hosts.far_netns, link->hosts.far_index);

    struct tx_config config = {
        .interface_index = link->hosts.near_index,
        .frame = &link->frame,
        .slots = slots,
        .constant = constant,
    };
    link->source = NULL;
    if (ops->uses_xdp_socket) {
        const struct xdp_socket_config socket = {
            .interface = "near",
            .frames = RECEIVE_FRAMES,
            .tx = {.slots = slots ? slots : XDP_SOCKET_DEFAULT_TX_SLOTS,
                   .slot_size = constant.length ? XDP_SOCKET_CHUNK : 0},
        };

        cr_assert_eq(xdp_socket_open(&link->source, &socket), 0);
        config.xdp = xdp_socket_tx(link->source);
    }
    int error = ops->open(&link->tx, &config);
    cr_assert_eq(error, 0, "%s: %s", ops->name, strerror(-error));
}

void tx_link_make(struct tx_link *link, const struct tx_ops *ops, uint32_t slots)
{
    make(link, ops, &layouts[LAYOUT_USUAL], NULL, slots, (struct tx_constant){0});
}

void tx_link_make_layout(struct tx_link *link, const struct tx_ops *ops, const struct layout *layout,
                         const char *contact)
{
    make(link, ops, layout, contact, 0, (struct tx_constant){0});
}

void tx_link_make_constant(struct tx_link *link, const struct tx_ops *ops, struct tx_constant constant)
{
    make(link, ops, &layouts[LAYOUT_USUAL], NULL, 0, constant);
}

struct tx_totals tx_link_close(struct tx_link *link)
{
    struct tx_totals totals;

    link->tx->ops->close(link->tx, &totals);
    return totals;
}

void tx_link_free(struct tx_link *link)
{
    if (link->source)
        link->source->ops->close(link->source);
    close(link->far_program);
    close(link->wire);
    close(link->hosts.near_netns);
    close(link->hosts.far_netns);
}
