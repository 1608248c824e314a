// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/receiver.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "addresses.h"
#include "support/reply_builder.h"
#include "support/some_targets.h"
#include "table.h"

enum {
    MIN_TTL = 1,
    MAX_TTL = 16,
    FLOWS = 2,
    QUEUE = 256,
};

#define TARGET     0x01010101U
#define SENT_US    5000U
#define ARRIVED_NS (6500 * NS_PER_US)
#define NOW_NS     (9000 * NS_PER_US)

/* A source that gives what was put into it, and insists on its contract. */
struct canned_source {
    struct source base;
    struct built_reply replies[QUEUE];
    bool stamped;
    size_t count, next, held;
};

static size_t canned_receive(struct source *source, struct received_frame out[SOURCE_BATCH])
{
    struct canned_source *self = (struct canned_source *)source;
    size_t count = 0;

    cr_assert_eq(self->held, 0, "the last frames were not released");
    for (; count < SOURCE_BATCH && self->next + count < self->count; count++) {
        struct built_reply *reply = &self->replies[self->next + count];

        out[count] = (struct received_frame){reply->frame, reply->length, self->stamped ? ARRIVED_NS : 0};
    }
    self->held = count;
    return count;
}

/* Afterwards the frames' memory is another's. */
static void canned_release(struct source *source, size_t count)
{
    struct canned_source *self = (struct canned_source *)source;

    cr_assert_eq(count, self->held);
    memset(&self->replies[self->next], 0xee, count * sizeof(self->replies[0]));
    self->next += count;
    self->held = 0;
}

static const struct source_ops canned_ops = {.receive = canned_receive, .release = canned_release};

/* A strategy that the receiver tells of replies at once. */
struct listener {
    struct strategy base;
    unsigned replies;
    uint64_t last_target;
    struct address last_responder;
};

static void listener_reply(struct strategy *strategy, const struct answer *answer)
{
    struct listener *self = (struct listener *)strategy;

    self->replies++;
    self->last_target = answer->target;
    self->last_responder = answer->responder;
}

static const struct strategy_ops listener_ops = {.name = "listener", .reply = listener_reply};

struct fixture {
    struct canned_source canned[2];
    struct source *sources[2];
    struct listener listener;
    struct targets *targets;
    struct answered answered;
    struct allowance allowance;
    struct matcher matcher;
    struct graph *graph;
    FILE *file;
    struct writer *writer;
    struct receiver receiver;
};

static void start_writer(struct fixture *fixture)
{
    fixture->file = tmpfile();
    cr_assert_not_null(fixture->file);
    const struct writer_config config = {.outputs = {{.fd = fileno(fixture->file), .format = &output_csv}},
                                         .output_count = 1,
                                         .producers = 1,
                                         .ring_capacity = 4096};
    cr_assert_eq(writer_start(&fixture->writer, &config), 0);
    cr_assert_eq(writer_begin(fixture->writer, NULL), 0);
}

static struct fixture *start(void)
{
    static struct fixture fixture;
    const struct graph_config graph = {.paths = 3 * FLOWS,
                                       .min_ttl = MIN_TTL,
                                       .max_ttl = MAX_TTL,
                                       .link_memory = 1 << 20,
                                       .interface_memory = 1 << 20};

    fixture.targets = some_targets("1.1.1.1 1.1.2.2 1.1.3.3");
    cr_assert_eq(answered_init(&fixture.answered, 3, FLOWS, MAX_TTL, 1 << 20), 0);
    fixture.allowance = (struct allowance){.probes = 100};
    fixture.matcher = (struct matcher){
        .targets = fixture.targets,
        .min_ttl = MIN_TTL,
        .max_ttl = MAX_TTL,
        .flows = FLOWS,
        .late_after_us = 1000000,
        .answered = &fixture.answered,
        .allowance = &fixture.allowance,
    };
    for (size_t i = 0; i < COUNT(fixture.canned); i++) {
        fixture.canned[i].base.ops = &canned_ops;
        fixture.canned[i].stamped = true;
        fixture.sources[i] = &fixture.canned[i].base;
    }
    fixture.listener.base.ops = &listener_ops;
    fixture.graph = graph_create(&graph);
    start_writer(&fixture);
    fixture.receiver = (struct receiver){
        .layouts = reply_builder_layouts,
        .matcher = &fixture.matcher,
        .writer = fixture.writer,
        .graph = graph_open(fixture.graph),
        .listener = &fixture.listener.base,
        .sources = fixture.sources,
        .source_count = 1,
    };
    return &fixture;
}

/* Ends all, and returns how many records were written. */
static uint64_t end(struct fixture *fixture)
{
    cr_assert_eq(writer_stop(fixture->writer), 0);
    uint64_t written = writer_written(fixture->writer);

    cr_assert_eq(writer_dropped(fixture->writer), 0);
    writer_destroy(fixture->writer);
    if (fixture->receiver.graph)
        graph_close(fixture->receiver.graph);
    graph_destroy(fixture->graph);
    answered_free(&fixture->answered);
    targets_destroy(fixture->targets);
    return written;
}

static struct built_reply *add(struct canned_source *source, struct probe probe, struct reply_shape shape)
{
    cr_assert_lt(source->count, QUEUE);
    source->replies[source->count] = reply_build(probe, SENT_US, shape);
    return &source->replies[source->count++];
}

/* Has the reply come from another address. */
static void respond_from(struct built_reply *reply, uint32_t responder)
{
    store_be32(reply->frame + reply->ip + 12, responder);
    reply_seal(reply);
}

static uint64_t verdicts(const struct fixture *fixture, enum decode_verdict verdict)
{
    return counter_read(&fixture->receiver.counters.verdicts[verdict]);
}

static struct probe probe_at(uint8_t ttl)
{
    return (struct probe){.target_address = IPV4(TARGET), .flow = 1, .ttl = ttl};
}

Test(receiver, takes_a_reply_all_the_way)
{
    struct fixture *fixture = start();
    char line[512], header[512];

    add(&fixture->canned[0], probe_at(4), (struct reply_shape){0});
    cr_expect_eq(receiver_step(&fixture->receiver, NOW_NS), 1);
    cr_expect_eq(receiver_step(&fixture->receiver, NOW_NS), 0);
    cr_expect_eq(verdicts(fixture, DECODE_ACCEPTED), 1);
    cr_expect_eq(graph_interfaces(fixture->graph), 1);
    cr_expect_eq(fixture->listener.replies, 1);
    cr_expect(address_equal(targets_address(fixture->targets, fixture->listener.last_target), IPV4(TARGET)));
    cr_expect(address_equal(fixture->listener.last_responder, IPV4(REPLY_BUILDER_RESPONDER)));
    uint32_t rtt_us = histogram_percentile(&fixture->receiver.counters.rtt_us, 50);
    cr_expect(rtt_us > 1455 && rtt_us < 1545, "%u, as near to 1500 as a histogram knows it", rtt_us);
    cr_expect_eq(end(fixture), 1);
    rewind(fixture->file);
    cr_assert_not_null(fgets(header, sizeof(header), fixture->file));
    cr_assert_not_null(fgets(line, sizeof(line), fixture->file));
    cr_expect_str_eq(line, "6500,10.1.2.3,1.1.1.1,1,4,1,60,11,0,1500,,\n");
}

/* Every frame ends in one verdict, and only accepted ones go further. */
Test(receiver, every_frame_gets_one_verdict)
{
    struct fixture *fixture = start();
    struct canned_source *source = &fixture->canned[0];
    static const uint64_t expected[DECODE_VERDICTS] = {
        [DECODE_REJECT_NOT_A_REPLY] = 2,   [DECODE_REJECT_TRUNCATED] = 1,   [DECODE_REJECT_FOREIGN] = 1,
        [DECODE_REJECT_FORGED] = 1,        [DECODE_REJECT_IP_CHECKSUM] = 1, [DECODE_REJECT_ICMP_CHECKSUM] = 1,
        [DECODE_REJECT_OUT_OF_SURVEY] = 2, [DECODE_ACCEPTED] = 2,
    };
    struct built_reply *reply;

    add(source, probe_at(4), (struct reply_shape){.icmp_type = 8});
    add(source, probe_at(4), (struct reply_shape){.protocol = 6});
    add(source, probe_at(4), (struct reply_shape){.quoted_length = 27});
    reply = add(source, probe_at(4), (struct reply_shape){0});
    reply_quotation(reply)[22] = 0;
    reply_seal(reply);
    reply = add(source, probe_at(4), (struct reply_shape){0});
    reply_quotation(reply)[5] ^= 1;
    reply_quotation(reply)[21] ^= 1;
    reply_seal(reply);
    reply = add(source, probe_at(4), (struct reply_shape){0});
    reply->frame[reply->ip + 10] ^= 1;
    reply = add(source, probe_at(4), (struct reply_shape){0});
    reply->frame[reply->icmp + 2] ^= 1;
    add(source, probe_at(MAX_TTL + 1), (struct reply_shape){0});
    add(source, (struct probe){.target_address = IPV4(0x09090909), .flow = 0, .ttl = 4},
        (struct reply_shape){0});
    add(source, probe_at(4), (struct reply_shape){0});
    add(source, probe_at(5), (struct reply_shape){0});

    cr_expect_eq(receiver_step(&fixture->receiver, NOW_NS), 11);
    for (int i = 0; i < DECODE_VERDICTS; i++)
        cr_expect_eq(verdicts(fixture, (enum decode_verdict)i), expected[i], "verdict %d", i);
    cr_expect_eq(fixture->listener.replies, 2);
    cr_expect_eq(end(fixture), 2);
}

Test(receiver, counts_what_is_unusual)
{
    struct fixture *fixture = start();
    struct canned_source *source = &fixture->canned[0];
    struct receiver_counters *counters = &fixture->receiver.counters;
    struct built_reply *reply;

    add(source, probe_at(4), (struct reply_shape){0});
    add(source, probe_at(4), (struct reply_shape){0});                  /* duplicate */
    add(source, probe_at(4), (struct reply_shape){0});                  /* duplicate */
    add(source, probe_at(5), (struct reply_shape){.fragment = 0x2000}); /* truncated */
    reply = add(source, probe_at(6), (struct reply_shape){0});          /* rewritten */
    store_be32(reply_quotation(reply) + 16, TARGET + 1);
    store_be16(reply_quotation(reply) + 26, (uint16_t)(load_be16(reply_quotation(reply) + 26) - 1));
    reply_seal(reply);
    fixture->matcher.late_after_us = 1499;
    receiver_step(&fixture->receiver, NOW_NS);

    cr_expect_eq(counter_read(&counters->duplicate), 2);
    cr_expect_eq(counter_read(&counters->truncated), 1);
    cr_expect_eq(counter_read(&counters->rewritten), 1);
    cr_expect_eq(counter_read(&counters->late), 4, "all but the rewritten one, whose time is unknown");
    cr_expect_eq(counter_read(&counters->reached), 0);
    cr_expect_eq(fixture->listener.replies, 4, "nothing is concluded from a rewritten one");
    cr_expect_eq(graph_interfaces(fixture->graph), 1);
    cr_expect_eq(end(fixture), 5);
}

/* A probe that is answered again and again, each time by another: four records, and the map, the RTTs know
 * the first alone. */
Test(receiver, answers_without_end)
{
    struct fixture *fixture = start();

    for (unsigned i = 0; i < QUEUE; i++)
        respond_from(add(&fixture->canned[0], probe_at(4), (struct reply_shape){0}), 0x0a000001 + i);
    while (receiver_step(&fixture->receiver, NOW_NS) > 0)
        continue;
    cr_expect_eq(verdicts(fixture, DECODE_ACCEPTED), ANSWERS_MOST);
    cr_expect_eq(verdicts(fixture, DECODE_EXCESS), QUEUE - ANSWERS_MOST);
    cr_expect_eq(graph_interfaces(fixture->graph), 1);
    cr_expect_eq(counter_read(&fixture->receiver.counters.duplicate), ANSWERS_MOST - 1);
    cr_expect_eq(fixture->listener.replies, ANSWERS_MOST);
    cr_expect_eq(end(fixture), ANSWERS_MOST);
}

/* Who is an interface, who ends a path. */
Test(receiver, what_goes_into_the_graph)
{
    static const struct {
        const char *what;
        uint32_t responder;
        struct reply_shape shape;
        uint64_t interfaces, links, reached;
    } cases[] = {
        {"Time Exceeded from a router", 0x0a000009, {.icmp_type = 11}, 2, 1, 0},
        {"port unreachable from the target", TARGET, {.icmp_type = 3, .icmp_code = 3}, 1, 1, 1},
        {"another code from the target", TARGET, {.icmp_type = 3, .icmp_code = 13}, 1, 1, 1},
        {"host unreachable from a router", 0x0a000009, {.icmp_type = 3, .icmp_code = 1}, 1, 0, 0},
        {"fragments not put together", 0x0a000009, {.icmp_type = 11, .icmp_code = 1}, 1, 0, 0},
        {"Parameter Problem from a router", 0x0a000009, {.icmp_type = 12}, 1, 0, 0},
        {"Time Exceeded from the target's address", TARGET, {.icmp_type = 11}, 2, 1, 0},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fixture *fixture = start();

        fixture->receiver.counters = (struct receiver_counters){0};
        fixture->canned[0].count = fixture->canned[0].next = 0;
        add(&fixture->canned[0], probe_at(4), (struct reply_shape){0});
        respond_from(add(&fixture->canned[0], probe_at(5), cases[i].shape), cases[i].responder);
        receiver_step(&fixture->receiver, NOW_NS);
        cr_expect_eq(graph_interfaces(fixture->graph), cases[i].interfaces, "%s", cases[i].what);
        cr_expect_eq(graph_links(fixture->graph), cases[i].links, "%s", cases[i].what);
        cr_expect_eq(counter_read(&fixture->receiver.counters.reached), cases[i].reached, "%s",
                     cases[i].what);
        cr_expect_eq(end(fixture), 2, "%s", cases[i].what);
    }
}

/* Each target and flow is a path of its own: a hop of one makes no link with hops of all the others. */
Test(receiver, paths_are_apart)
{
    static const uint32_t targets[] = {TARGET, 0x01010202, 0x01010303};

    for (unsigned path = 0; path < COUNT(targets) * FLOWS; path++) {
        struct fixture *fixture = start();
        struct canned_source *source = &fixture->canned[0];

        source->count = source->next = 0;
        for (unsigned other = 0; other < COUNT(targets) * FLOWS; other++) {
            struct probe probe = {.target_address = IPV4(targets[other / FLOWS]),
                                  .flow = (uint16_t)(other % FLOWS),
                                  .ttl = other == path ? 4 : 5};

            respond_from(add(source, probe, (struct reply_shape){0}), 0x0a000001 + other);
        }
        receiver_step(&fixture->receiver, NOW_NS);
        cr_expect_eq(graph_interfaces(fixture->graph), COUNT(targets) * FLOWS);
        cr_expect_eq(graph_links(fixture->graph), 0, "path %u", path);

        struct probe next = {
            .target_address = IPV4(targets[path / FLOWS]), .flow = (uint16_t)(path % FLOWS), .ttl = 5};
        respond_from(add(source, next, (struct reply_shape){0}), 0x0a000099);
        receiver_step(&fixture->receiver, NOW_NS);
        cr_expect_eq(graph_links(fixture->graph), 1, "path %u", path);
        end(fixture);
    }
}

Test(receiver, without_a_graph)
{
    struct fixture *fixture = start();

    graph_close(fixture->receiver.graph);
    fixture->receiver.graph = NULL;
    add(&fixture->canned[0], probe_at(4), (struct reply_shape){0});
    cr_expect_eq(receiver_step(&fixture->receiver, NOW_NS), 1);
    cr_expect_eq(graph_interfaces(fixture->graph), 0);
    cr_expect_eq(end(fixture), 1);
}

/* A frame without a time has that of the step, and says so. */
Test(receiver, frames_without_a_time)
{
    struct fixture *fixture = start();
    char line[512], header[512];

    fixture->canned[0].stamped = false;
    add(&fixture->canned[0], probe_at(4), (struct reply_shape){0});
    receiver_step(&fixture->receiver, NOW_NS);
    cr_expect_eq(end(fixture), 1);
    rewind(fixture->file);
    cr_assert_not_null(fgets(header, sizeof(header), fixture->file));
    cr_assert_not_null(fgets(line, sizeof(line), fixture->file));
    cr_expect_eq(strncmp(line, "9000,", 5), 0, "%s", line);
    cr_expect_not_null(strstr(line, ",4000,,no_rx_time"), "%s", line);
}

/* A batch a source and step, and each source its turn. */
Test(receiver, serves_its_sources_in_turn)
{
    struct fixture *fixture = start();

    fixture->receiver.source_count = 2;
    for (unsigned i = 0; i < SOURCE_BATCH + 10; i++)
        add(&fixture->canned[0],
            (struct probe){.target_address = IPV4(TARGET),
                           .flow = (uint16_t)(i / MAX_TTL % FLOWS),
                           .ttl = (uint8_t)(1 + i % MAX_TTL)},
            (struct reply_shape){0});
    for (unsigned i = 0; i < 5; i++)
        add(&fixture->canned[1],
            (struct probe){.target_address = IPV4(0x01010202), .flow = 0, .ttl = (uint8_t)(1 + i)},
            (struct reply_shape){0});
    cr_expect_eq(receiver_step(&fixture->receiver, NOW_NS), SOURCE_BATCH + 5);
    cr_expect_eq(receiver_step(&fixture->receiver, NOW_NS), 10);
    cr_expect_eq(receiver_step(&fixture->receiver, NOW_NS), 0);
    cr_expect_eq(verdicts(fixture, DECODE_ACCEPTED), SOURCE_BATCH + 15);
    cr_expect_eq(end(fixture), SOURCE_BATCH + 15);
}
