// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Finds replies to our probes in the traffic of an interface and redirects them to the AF_XDP socket of their
 * queue, stamped with the time of their arrival. Everything else goes to the kernel unchanged.
 *
 * The tags are checked here so that forged replies never use ring space. Answers per probe are counted, so that
 * true answers that are repeated very often do not use it either.
 */
#include <linux/bpf.h>
#include <stdbool.h>

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "answer_cell.h"
#include "filter.h"
#include "layouts.h"
#include "reply_parse.h"

#define ENOMEM  12
#define ENOSPC  28
#define ENOBUFS 105

const volatile __u32 layout_ipv4 = LAYOUT_NONE, layout_ipv6 = LAYOUT_NONE; /* enum layout_number */
const volatile __u16 probe_port;
const volatile struct siphash_key probe_key;
const volatile __u64 cell_secret;
const volatile __u32 most_answers = CELL_ANSWERS;
const volatile __u32 sockets_id; /* the ID of the map: other programs redirect too */
const volatile bool telling;     /* whether rejected frames are reported; if not, the map does not exist */

__u32 cells[CELLS];

struct {
    __uint(type, BPF_MAP_TYPE_XSKMAP);
    __uint(max_entries, 1); /* replaced by a map with one entry per RX queue */
    __type(key, __u32);
    __type(value, __u32);
} sockets SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct filter_counters);
} counters SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 4096); /* enlarged if it is used */
} rejected SEC(".maps");

static __always_inline struct siphash_key key(void)
{
    return (struct siphash_key){.k0 = probe_key.k0, .k1 = probe_key.k1};
}

/* Judges whether an answer to one of our probes is within the limit for that probe. */
static __always_inline enum filter_counter admit(const struct quoted_probe *quoted)
{
    if (most_answers >= CELL_NO_LIMIT)
        return FILTER_REDIRECTED;

    uint64_t hash = answer_cell_hash(cell_secret, &quoted->probe);
    return answer_cell_admits(&cells[hash % CELLS], hash, most_answers) ? FILTER_REDIRECTED
                                                                        : FILTER_REJECTED_EXCESS;
}

/* A packet without a quotation may be the target's own answer. If it does not have that form, the kernel gets
 * it. */
static __always_inline enum filter_counter judge_answer(enum address_family family, __u32 layout,
                                                        const uint8_t *ip, const uint8_t *end)
{
    bool fragment;
    const uint8_t *transport = reply_transport(family, ip, end, layout_protocol(family, layout), &fragment);
    struct quoted_probe quoted;
    enum reply_kind kind = REPLY_ICMP_ERROR;

    if (!transport)
        return FILTER_PASSED;
    switch (layout_answer(family, layout, key(), probe_port, ip, transport, end, &quoted, &kind)) {
    case PROBE_FOREIGN:
        return FILTER_PASSED;
    case PROBE_FORGED:
        return FILTER_REJECTED_FORGED;
    default:
        break;
    }
    if (kind == REPLY_TCP_SYN_ACK && syn_ack_is_repeated(quoted.sent_at, bpf_ktime_get_ns()))
        return FILTER_PASSED;
    return admit(&quoted);
}

static __always_inline enum filter_counter judge_packet(enum address_family family, __u32 layout,
                                                        const uint8_t *ip, const uint8_t *end)
{
    struct reply_view view;
    struct quoted_probe quoted;

    if (layout == LAYOUT_NONE)
        return FILTER_PASSED;
    switch (reply_parse_ip(family, ip, end, &view)) {
    case REPLY_NOT:
        return judge_answer(family, layout, ip, end);
    case REPLY_TRUNCATED:
        return FILTER_REJECTED_TRUNCATED;
    case REPLY_ERROR:
        break;
    }
    switch (layout_recover(family, layout, key(), probe_port, view.quotation, view.transport, end, &quoted)) {
    case PROBE_FOREIGN:
        return FILTER_REJECTED_FOREIGN;
    case PROBE_FORGED:
        return FILTER_REJECTED_FORGED;
    default:
        break;
    }
    return admit(&quoted);
}

static __always_inline enum filter_counter judge(const uint8_t *data, const uint8_t *end)
{
    enum address_family family;
    const uint8_t *ip = reply_find_ip(data, end, &family);

    if (!ip)
        return FILTER_PASSED;
    return family == FAMILY_IPV4 ? judge_packet(FAMILY_IPV4, layout_ipv4, ip, end)
                                 : judge_packet(FAMILY_IPV6, layout_ipv6, ip, end);
}

/* Copies as much of the frame as there is room for: words first, then bytes. */
static __always_inline void copy_frame(uint8_t *to, const uint8_t *data, const uint8_t *end)
{
    __u32 copied = 0;

    for (int i = 0; i < REJECTED_BYTES / 8 && data + copied + 8 <= end; i++, copied += 8)
        __builtin_memcpy(to + 8 * i, data + copied, 8);
    for (int i = 0; i < 7 && copied < REJECTED_BYTES && data + copied + 1 <= end; i++, copied++)
        to[copied] = data[copied];
}

/* The reader polls the ring and need not be woken. */
static __always_inline void tell(enum filter_counter verdict, const uint8_t *data, const uint8_t *end,
                                 struct filter_counters *counted)
{
    struct rejected_frame *frame = bpf_ringbuf_reserve(&rejected, sizeof(*frame), 0);

    if (!frame) {
        counted->count[FILTER_UNTOLD]++;
        return;
    }
    frame->received_ns = bpf_ktime_get_ns();
    frame->rejection = verdict - FILTER_REJECTED;
    frame->length = (__u32)(end - data);
    copy_frame(frame->bytes, data, end);
    bpf_ringbuf_submit(frame, BPF_RB_NO_WAKEUP);
}

SEC("xdp")
int reply_filter(struct xdp_md *ctx)
{
    uint8_t *data = (void *)(long)ctx->data;
    const uint8_t *end = (void *)(long)ctx->data_end;
    struct filter_counters *counted = bpf_map_lookup_elem(&counters, &(__u32){0});
    enum filter_counter verdict = judge(data, end);
    int action = XDP_PASS;

    if (!counted)
        return XDP_PASS;
    if (verdict == FILTER_REDIRECTED) {
        action = bpf_redirect_map(&sockets, ctx->rx_queue_index, XDP_PASS);
        if (action != XDP_REDIRECT)
            verdict = FILTER_REJECTED_NO_SOCKET;
        else if (data + FRAME_STAMP_BYTES <= end)
            frame_stamp(data, bpf_ktime_get_ns());
    }
    if (telling && verdict >= FILTER_REJECTED)
        tell(verdict, data, end, counted);
    if (verdict == FILTER_REJECTED_EXCESS)
        action = XDP_DROP; /* a reply to us: the kernel has no receiver for it, and should not spend time
                            * on it */
    counted->count[FILTER_RECEIVED]++;
    counted->count[verdict]++;
    return action;
}

struct net_device;
struct bpf_prog;

/*
 * Counts frames that the program redirected but the kernel refused: the socket belongs to another device or
 * queue, for example if the program runs on the slave of a bond, or it is no longer bound (xsk_rcv_check,
 * net/xdp/xsk.c). If a chunk, or room in the ring or in a chunk, is missing, the socket itself counts the
 * frame.
 */
SEC("tp_btf/xdp_redirect_err")
int BPF_PROG(count_refused, const struct net_device *from, const struct bpf_prog *program, const void *to,
             int error, enum bpf_map_type type, __u32 map_id)
{
    struct filter_counters *counted = bpf_map_lookup_elem(&counters, &(__u32){0});

    (void)ctx, (void)from, (void)program, (void)to, (void)type;
    if (counted && map_id == sockets_id && error != -ENOMEM && error != -ENOSPC && error != -ENOBUFS)
        counted->count[FILTER_REDIRECT_FAILED]++;
    return 0;
}

char LICENSE[] SEC("license") = "GPL";
