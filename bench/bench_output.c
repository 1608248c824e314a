// SPDX-License-Identifier: GPL-2.0-or-later
/* What a record costs: formatted, written through the writer's thread, and read again. */
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench.h"
#include "mix.h"
#include "output/descriptor_sink.h"
#include "output/recorder.h"
#include "output/results.h"
#include "output/writer.h"

enum {
    SAMPLES = 4096, /* records, all different: branches are not learned by heart */
    PUSHED = 4 * 1000 * 1000,
    RING = 64 * 1024,
    READ = 500 * 1000,
};

/* A format and the family of the addresses in its records. */
struct setting {
    const struct output_format *format;
    enum address_family family;
};

/* Of IPv6 a router's, as many are, or a host's, drawn. */
static struct address sample_address(enum address_family family, uint32_t draw)
{
    if (family == FAMILY_IPV4)
        return address_of_ipv4(draw);
    return (struct address){0x2001000000000000 | draw, draw % 2 ? draw % 512 : mix64(draw)};
}

/* Replies as a survey sees them: some from MPLS routers, some duplicates. */
static struct record sample(enum address_family family, uint64_t i)
{
    uint64_t draw = mix64(i + 1);
    struct record record = {
        .time_us = 1700000000000000 + i,
        .responder = sample_address(family, (uint32_t)draw),
        .target_address = sample_address(family, (uint32_t)(draw >> 32)),
        .rtt_us = (uint32_t)(draw >> 7) % 300000,
        .probe_ttl = (uint8_t)(1 + draw % 32),
        .quoted_ttl = 1,
        .reply_ttl = (uint8_t)(draw >> 11),
        .icmp_type = 11,
        .label_count = draw % 8 == 0,
        .labels = {(uint32_t)(draw >> 13)},
        .flags = draw % 50 == 0 ? RECORD_DUPLICATE : 0,
    };
    return record;
}

struct formatting {
    struct byte_sink sink;
    struct encoder *encoder;
    struct record samples[SAMPLES];
};

static int take(struct byte_sink *sink, const char *data, size_t length)
{
    (void)data;
    sink->through += length;
    return 0;
}

static void keep(struct byte_sink *sink)
{
    (void)sink;
}

static const struct byte_sink_ops nowhere = {.write = take, .close = keep};

static uint64_t format_records(void *context, uint64_t count)
{
    struct formatting *formatting = context;
    uint64_t before = formatting->sink.given;

    for (uint64_t i = 0; i < count; i++)
        encoder_record(formatting->encoder, &formatting->samples[i % SAMPLES]);
    return formatting->sink.given - before;
}

static double measure_format(const struct setting *setting, uint64_t round_ns)
{
    static struct formatting formatting;

    bench_require(byte_sink_init(&formatting.sink, &nowhere) == 0 &&
                      encoder_open(&formatting.encoder, setting->format, NULL, &formatting.sink) == 0,
                  "open an encoder");
    for (uint64_t i = 0; i < SAMPLES; i++)
        formatting.samples[i] = sample(setting->family, i);
    double ns = bench_ns_per_op(format_records, &formatting, round_ns);
    encoder_close(formatting.encoder);
    byte_sink_close(&formatting.sink);
    return ns;
}

/* Records per second that one producer gets through without a drop: it waits where a receiver would not. */
static double measure_writer(const struct setting *setting)
{
    struct writer_config config = {
        .fd = open("/dev/null", O_WRONLY), .format = setting->format, .producers = 1, .ring_capacity = RING};
    struct record record = sample(setting->family, 1);
    struct writer *writer;
    uint64_t start = clock_now_ns();

    bench_require(config.fd >= 0 && writer_start(&writer, &config) == 0, "write to /dev/null");
    for (uint64_t i = 0; i < PUSHED; i++)
        while (!writer_push(writer, 0, &record))
            sched_yield();
    bench_require(writer_stop(writer) == 0 && writer_written(writer) == PUSHED, "write all records");
    uint64_t elapsed = clock_now_ns() - start;
    writer_destroy(writer);
    close(config.fd);
    return (double)PUSHED / ((double)elapsed / (double)NS_PER_S);
}

static void fill_file(int fd, const struct setting *setting)
{
    struct byte_sink *sink;
    struct recorder recorder;

    bench_require(descriptor_sink_open(&sink, fd) == 0 &&
                      recorder_open(&recorder, setting->format, NULL, sink) == 0 &&
                      recorder_begin(&recorder, NULL) == 0,
                  "begin a file in /tmp");
    for (uint64_t i = 0; i < READ; i++) {
        struct record record = sample(setting->family, i);
        recorder_append(&recorder, &record);
    }
    recorder_finish(&recorder);
    bench_require(counter_read(&recorder.written) == READ, "write a file in /tmp");
    recorder_close(&recorder);
}

static double measure_reader(const struct setting *setting)
{
    const struct column_list usual = column_list_default();
    char path[] = "/tmp/hopwire-bench-XXXXXX";
    int fd = mkstemp(path);
    struct error_text error;
    struct results *results;
    struct record record;
    uint64_t count = 0;

    bench_require(fd >= 0, "make a file in /tmp");
    fill_file(fd, setting);
    bench_require(results_open(&results, path, &usual, &error) == 0, "read what was written");
    uint64_t start = clock_now_ns();
    while (results_next(results, &record, &error) == 1)
        count++;
    uint64_t elapsed = clock_now_ns() - start;
    bench_require(count == READ, "read all records");
    results_close(results);
    close(fd);
    unlink(path);
    return (double)elapsed / READ;
}

int main(int argc, char **argv)
{
    uint64_t round_ns = bench_start(argc, argv);
    static const struct setting settings[] = {
        {&output_csv, FAMILY_IPV4},
        {&output_csv, FAMILY_IPV6},
        {&output_jsonl, FAMILY_IPV4},
        {&output_jsonl, FAMILY_IPV6},
    };

    printf("%-10s %6s %14s %22s %14s\n", "output", "IPv", "format ns", "writer records/s", "read ns");
    for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
        printf("%-10s %6d %14.1f %22.0f %14.1f\n", settings[i].format->name, settings[i].family,
               measure_format(&settings[i], round_ns), measure_writer(&settings[i]),
               measure_reader(&settings[i]));
    return 0;
}
