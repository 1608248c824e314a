// SPDX-License-Identifier: GPL-2.0-or-later
/* What a record costs: formatting, writing through the writer's thread, and reading back. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"
#include "mix.h"
#include "output/packed_sink.h"
#include "output/recorder.h"
#include "output/results.h"
#include "output/writer.h"

enum {
    SAMPLES = 1 << 20,  /* different records and targets: too many for branch predictors and caches */
    RESPONDERS = 20000, /* of them */
    RING = 64 * 1024,
    READ = 500 * 1000,
    ROUNDS = 3,
    FULL_NS = 1000 * 1000, /* wait at a full ring: the writer takes a part of it meanwhile */
};

/* A format, the family of the addresses in its records, and how it is compressed. */
struct setting {
    const struct output_format *format;
    enum address_family family;
    enum packing packing;
};

struct cost {
    double ns, bytes; /* a record */
};

/* Records that get through the writer's thread. */
struct writing {
    double rate; /* records per second */
    double ns;   /* the thread's processor time per record */
};

/* In IPv6 the address of a router, as often as in results, or a random host. */
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
        .responder = sample_address(family, (uint32_t)mix64(draw % RESPONDERS)),
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

/* What a whole file costs: formats that keep records for blocks do most of their work at the end of these. */
static struct cost format_once(const struct setting *setting, const struct record *samples, uint64_t count)
{
    struct byte_sink last, *sink = &last;
    struct encoder *encoder;

    bench_require(byte_sink_init(&last, &nowhere) == 0, "open a sink");
    bench_require(!setting->packing || packed_sink_open(&sink, &last, setting->packing) == 0,
                  "open a packer");
    bench_require(encoder_open(&encoder, setting->format, NULL, sink) == 0, "open an encoder");
    uint64_t start = bench_cpu_ns();

    encoder_begin(encoder, NULL);
    for (uint64_t i = 0; i < count; i++)
        encoder_record(encoder, &samples[i % SAMPLES]);
    encoder_finish(encoder);
    bench_require(byte_sink_finish(sink) == 0, "format records");
    struct cost cost = {(double)(bench_cpu_ns() - start) / (double)count, (double)last.given / (double)count};

    encoder_close(encoder);
    byte_sink_close(sink);
    return cost;
}

static struct cost measure_format(const struct setting *setting, const struct record *samples, uint64_t count)
{
    struct cost best = format_once(setting, samples, count);

    for (int round = 1; round < ROUNDS; round++) {
        struct cost cost = format_once(setting, samples, count);

        if (cost.ns < best.ns)
            best = cost;
    }
    return best;
}

/* Of all threads except this one. */
static uint64_t others_cpu_ns(void)
{
    struct timespec all;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &all);
    return (uint64_t)all.tv_sec * NS_PER_S + (uint64_t)all.tv_nsec - bench_cpu_ns();
}

/* What one producer writes without a drop: it waits, which a receiver would not do. */
static struct writing measure_writer(const struct setting *setting, const struct record *samples,
                                     uint64_t pushed)
{
    struct writer_config config = {.outputs = {{.fd = open("/dev/null", O_WRONLY),
                                                .format = setting->format,
                                                .packing = setting->packing}},
                                   .output_count = 1,
                                   .producers = 1,
                                   .ring_capacity = RING};
    struct writer *writer;
    uint64_t start = clock_now_ns(), cpu_start = others_cpu_ns();

    bench_require(config.outputs[0].fd >= 0 && writer_start(&writer, &config) == 0 &&
                      writer_begin(writer, NULL) == 0,
                  "write to /dev/null");
    for (uint64_t i = 0; i < pushed; i++)
        while (!writer_push(writer, 0, &samples[i % SAMPLES]))
            nanosleep(&(struct timespec){.tv_nsec = FULL_NS}, NULL);
    bench_require(writer_stop(writer) == 0 && writer_written(writer) == pushed, "write all records");
    struct writing writing = {
        .rate = (double)pushed / ((double)(clock_now_ns() - start) / (double)NS_PER_S),
        .ns = (double)(others_cpu_ns() - cpu_start) / (double)pushed,
    };
    writer_destroy(writer);
    close(config.outputs[0].fd);
    return writing;
}

static void fill_file(int fd, const struct setting *setting)
{
    struct byte_sink *sink;
    struct recorder recorder;

    bench_require(output_sink_open(&sink, fd, setting->packing) == 0 &&
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
    uint64_t start = bench_cpu_ns();
    while (results_next(results, &record, &error) == 1)
        count++;
    uint64_t elapsed = bench_cpu_ns() - start;
    bench_require(count == READ, "read all records");
    results_close(results);
    close(fd);
    unlink(path);
    return (double)elapsed / READ;
}

static const struct setting settings[] = {
    {&output_csv, FAMILY_IPV4, PACKING_NONE},     {&output_csv, FAMILY_IPV6, PACKING_NONE},
    {&output_csv, FAMILY_IPV4, PACKING_GZIP},     {&output_csv, FAMILY_IPV4, PACKING_ZSTD},
    {&output_jsonl, FAMILY_IPV4, PACKING_NONE},   {&output_jsonl, FAMILY_IPV6, PACKING_NONE},
    {&output_jsonl, FAMILY_IPV4, PACKING_GZIP},   {&output_jsonl, FAMILY_IPV4, PACKING_ZSTD},
    {&output_parquet, FAMILY_IPV4, PACKING_NONE}, {&output_parquet, FAMILY_IPV6, PACKING_NONE},
};

static void measure(const struct setting *setting, struct record *samples, uint64_t count)
{
    for (uint64_t i = 0; i < SAMPLES; i++)
        samples[i] = sample(setting->family, i);
    struct cost cost = measure_format(setting, samples, count);

    static const char *const extensions[] = {
        [PACKING_NONE] = "", [PACKING_GZIP] = ".gz", [PACKING_ZSTD] = ".zst"};
    char name[32];

    snprintf(name, sizeof(name), "%s%s", setting->format->name, extensions[setting->packing]);
    struct writing writing = measure_writer(setting, samples, count);
    printf("%-10s %6d %12.1f %8.1f %20.0f %10.1f %10.1f\n", name, setting->family, cost.ns, cost.bytes,
           writing.rate, writing.ns, measure_reader(setting));
}

int main(int argc, char **argv)
{
    uint64_t count = bench_start(argc, argv) < 50 * NS_PER_MS ? SAMPLES / 4 : 2 * SAMPLES;
    struct record *samples = malloc(SAMPLES * sizeof(*samples));

    bench_require(samples, "have memory for records");
    printf("%-10s %6s %12s %8s %20s %10s %10s\n", "output", "IPv", "format ns", "bytes", "writer records/s",
           "CPU ns", "read ns");
    for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
        measure(&settings[i], samples, count);
    free(samples);
    return 0;
}
