// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sends probes as XDP live frames. userspace/send/tx_live.c runs the first program by BPF_PROG_RUN on frames
 * that the kernel creates and recycles. Each run turns a frame into the next probe of the ring and redirects it
 * to the device. The tracepoints report how each probe ended. All three run in the thread that makes the call.
 *
 * live_constant replaces the first program in benchmarks. It sends frames unchanged: the least work that such a
 * sender can do.
 */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "live_sender.h"
#include "reply_parse.h"

#define LOOPBACK_INDEX 1 /* the apparent source of live frames, in every namespace */
#define REPORT_EVERY                                                                                         \
    32 /* if less often, small rings run empty; if more often, the cache line moves between CPUs all the
        * time */
#define QUEUED_MOST 16 /* frames that the kernel hands to the device at once: DEV_MAP_BULK_SIZE */
#define GIVEN_MOST  32 /* a power of two above QUEUED_MOST: one more is queued before a full queue is sent */
#define ENODEV      19
#define ENETDOWN    100

/* Set before loading. */
volatile const __u32 ethernet_length;
volatile const __u32 slot_mask;
volatile const __u32 slot_bytes; /* LIVE_SLOT_BYTES() of the stored part of a probe */
volatile const __u32 room;       /* LIVE_ROOM(), likewise */
volatile const __u32 device_index;

__u8 slots[LIVE_RING_MAX_SLOTS * LIVE_SLOT_MOST] SEC(".data.slots");
struct live_header header SEC(".data.header");
struct live_orders orders SEC(".data.orders");
struct live_progress progress SEC(".data.progress");
struct live_drops drops SEC(".data.drops");

/* Not used by userspace. */
struct {
    __u64 position;              /* of the next probe */
    __u64 seen;                  /* of `published` */
    __u64 taken;                 /* as reported */
    __u64 hold;                  /* as last seen */
    __u64 stuck;                 /* held, or the device accepted nothing */
    __u64 task;                  /* the task that runs this program */
    __u64 dropped;               /* as reported */
    __u64 given, ended;          /* frames that the kernel has queued, and those of them whose end is
                                  * known */
    __u64 positions[GIVEN_MOST]; /* of their probes, the n-th at index n modulo GIVEN_MOST */
} __attribute__((aligned(64))) own SEC(".data.own");

struct {
    __uint(type, BPF_MAP_TYPE_DEVMAP);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, __u32);
} device SEC(".maps");

/* live_sender.h describes the order that these atomic operations guarantee. It depends on the use of their
 * results. */
static __always_inline void report(void)
{
    __u64 next = own.given == own.ended ? own.position : own.positions[own.ended & (GIVEN_MOST - 1)];
    __u64 done = next - own.taken;

    if (done)
        own.taken = __sync_fetch_and_add(&progress.taken, done) + done;
}

static __always_inline int is_held(void)
{
    __u64 hold = *(volatile __u64 *)&orders.hold;

    if (hold != own.hold) {
        progress.error = 0;
        own.stuck = hold & 1;
        own.hold = hold;
        __sync_lock_test_and_set(&progress.held, hold);
    }
    return own.stuck != 0;
}

/* Returns whether there is a next probe that may be sent. */
static __always_inline int look(void)
{
    if (!own.stuck && own.position != own.seen && own.position - own.taken < REPORT_EVERY + QUEUED_MOST)
        return 1;
    report();
    if (is_held())
        return 0;
    if (own.position == own.seen && *(volatile __u64 *)&orders.published != own.seen)
        own.seen = __sync_fetch_and_add(&orders.published, 0);
    /* Not done for every frame. The first call in another thread always comes here, because it finds either
     * nothing or something new. */
    own.task = bpf_get_current_task();
    return own.position != own.seen;
}

/* Returns the verdict by which the kernel queues the frame of the probe before `position`. */
static __always_inline int give(void)
{
    own.positions[own.given & (GIVEN_MOST - 1)] = own.position - 1;
    own.given++;
    return XDP_REDIRECT;
}

/* Notes the probe at a position as the `n`-th of the dropped probes that are not reported yet. */
static __always_inline void note_dropped(__u64 position, unsigned n)
{
    drops.positions[(own.dropped + n) & (LIVE_RING_MAX_SLOTS - 1)] = position;
}

static __always_inline void report_dropped(unsigned count)
{
    own.dropped = __sync_fetch_and_add(&progress.dropped, count) + count;
}

/* Makes the probe that could not be sent the next one again. Userspace must check the device first. */
static __always_inline void keep(__s64 error)
{
    own.position--;
    own.stuck = 1;
    progress.error = error;
}

/*
 * Writes a frame of the greatest length. Recycled frames contain old data, so every byte is written. It writes
 * words at unaligned addresses: the packet's layout needs that, and all machines with a useful XDP allow it.
 * The number of words is constant when the program is loaded, so the verifier removes the others.
 */
static __always_inline void write_frame(__u8 *frame, const __u8 *slot)
{
    const volatile uint64_t *ethernet = header.words;
    const unsigned written = slot_bytes, end = room;
    __u8 *ip = frame + ethernet_length;

    for (unsigned i = 0; i < 2 + (ethernet_length > 16); i++)
        ((__u64 *)frame)[i] = ethernet[i];
#pragma unroll
    for (unsigned i = 0; i < LIVE_ROOM_MOST; i += sizeof(__u64))
        if (i < written)
            *(__u64 *)(ip + i) = *(const __u64 *)(slot + i);
        else if (i < end)
            *(__u64 *)(ip + i) = 0;
    /* Overwrites the length. */
    *(__u16 *)(ip + written - sizeof(__u16)) = 0;
}

SEC("xdp")
int live_sender(struct xdp_md *ctx)
{
    __u8 *frame = (__u8 *)(long)ctx->data;
    const int longest = (int)room;

    if (!look())
        return XDP_DROP;
    if (frame + ethernet_length + longest > (__u8 *)(long)ctx->data_end)
        return XDP_DROP;

    const __u8 *slot = &slots[(own.position & slot_mask & (LIVE_RING_MAX_SLOTS - 1)) * slot_bytes];
    int length = *(const __u16 *)(slot + slot_bytes - sizeof(__u16));

    write_frame(frame, slot);
    own.position++;
    if (length != longest && bpf_xdp_adjust_tail(ctx, length - longest)) {
        note_dropped(own.position - 1, 0);
        report_dropped(1);
        return XDP_DROP;
    }
    if (bpf_redirect_map(&device, 0, 0) == XDP_REDIRECT)
        return give();
    /* The kernel removes devices that disappear from the map (dev_map_notification). */
    keep(-ENODEV);
    return XDP_DROP;
}

SEC("xdp")
int live_constant(struct xdp_md *ctx)
{
    (void)ctx;
    own.task = bpf_get_current_task();
    return (int)bpf_redirect_map(&device, 0, 0);
}

struct bpf_prog;
struct net_device {
    int ifindex;
} __attribute__((preserve_access_index));

/* Other programs redirect too, possibly to a device with the same number in another namespace. */
static __always_inline int is_ours(const struct net_device *from)
{
    return bpf_get_current_task() == own.task && from->ifindex == LOOPBACK_INDEX;
}

/* Of the queued frames the device took the first `sent`, and the kernel freed the others (bq_xmit_all()). So it
 * is known which were dropped. */
static __always_inline void end_given(unsigned sent, unsigned dropped)
{
    for (unsigned i = 0; i < QUEUED_MOST && i < dropped; i++)
        note_dropped(own.positions[(own.ended + sent + i) & (GIVEN_MOST - 1)], i);
    if (dropped)
        report_dropped(dropped);
    own.ended += sent + dropped;
}

/* The kernel has given up to 16 frames to the device. */
SEC("tp_btf/xdp_devmap_xmit")
int BPF_PROG(count_sent, const struct net_device *from, const struct net_device *to, int sent, int dropped,
             int error)
{
    (void)ctx;
    if (!is_ours(from) || to->ifindex != (int)device_index)
        return 0;
    progress.sent += (__u64)sent;
    end_given((unsigned)sent, (unsigned)dropped);
    progress.error = sent ? 0 : error;
    /* If there is an error code, the reason was not a full device ring. */
    own.stuck = progress.error || (own.hold & 1);
    return 0;
}

/* The frame of the last run did not reach the device. If the device is down, the same probe is tried again. */
SEC("tp_btf/xdp_redirect_err")
int BPF_PROG(count_refused, const struct net_device *from, const struct bpf_prog *program, const void *target,
             int error)
{
    (void)ctx, (void)program, (void)target;
    if (!is_ours(from))
        return 0;
    own.given--;
    if (error == -ENETDOWN) {
        keep(error);
        return 0;
    }
    progress.error = error;
    note_dropped(own.position - 1, 0);
    report_dropped(1);
    return 0;
}

char LICENSE[] SEC("license") = "GPL";
