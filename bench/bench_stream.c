// SPDX-License-Identifier: GPL-2.0-or-later
/* What a probe costs that another program chose: reading and parsing its line, crafting its packet, and
 * decoding its quotation. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench.h"
#include "bytes.h"
#include "checksum.h"
#include "mix.h"
#include "packet/given.h"
#include "strategy/stream.h"

enum {
    LINES = 1 << 20,
    BATCH = 64,
    ROUNDS = 5,
    QUOTED = IPV4_HEADER + UDP_HEADER,
    REPLY = IPV4_HEADER + ICMP_HEADER + QUOTED,
};

struct bench {
    struct given given;
    struct probe probes[BATCH];
    uint8_t replies[BATCH][REPLY];
    uint64_t now_ns;
};

static void refuse(void *context, uint64_t line, const char *text, size_t length, const char *why)
{
    (void)context, (void)line, (void)text, (void)length, (void)why;
    bench_require(false, "understand its own lines");
}

typedef void line_writer(FILE *out, uint64_t random);

static void write_ipv4(FILE *out, uint64_t random)
{
    fprintf(out, "16.%u.%u.%u,%u,33434,%u,udp\n", (unsigned)random & 0xff, (unsigned)(random >> 8) & 0xff,
            (unsigned)(random >> 16) & 0xff, 24000 + (unsigned)(random >> 24) % 1000,
            1 + (unsigned)(random >> 40) % 32);
}

static void write_mapped(FILE *out, uint64_t random)
{
    fputs("::ffff:", out);
    write_ipv4(out, random);
}

static void write_ipv6(FILE *out, uint64_t random)
{
    fprintf(out, "2a00:%x:%x::1,%u,33434,%u,icmp6\n", (unsigned)random & 0xffff,
            (unsigned)(random >> 8) & 0xffff, 24000 + (unsigned)(random >> 24) % 1000,
            1 + (unsigned)(random >> 40) % 32);
}

/* A file with such lines. */
static int write_lines(line_writer *write_line)
{
    int fd = memfd_create("lines", 0);
    FILE *out = fd < 0 ? NULL : fdopen(dup(fd), "w");

    bench_require(out != NULL, "keep lines in memory");
    for (unsigned i = 0; i < LINES; i++)
        write_line(out, mix64(i));
    bench_require(fclose(out) == 0, "keep lines in memory");
    return fd;
}

/* Nanoseconds a line. */
static double read_once(int fd)
{
    const struct stream_config config = {
        .input = fd, .copies = 1, .max_ttl = UINT8_MAX, .ipv4 = true, .ipv6 = true, .refused = refuse};
    struct stream *stream = stream_create(&config);
    struct probe probes[BATCH];
    uint64_t count = 0, start;

    bench_require(stream && lseek(fd, 0, SEEK_SET) == 0, "read lines");
    struct strategy *strategy = stream_strategy(stream);
    start = bench_cpu_ns();
    while (!strategy->ops->done(strategy))
        count += strategy->ops->next(strategy, 1, probes, BATCH);
    double took = (double)(bench_cpu_ns() - start);
    bench_require(count == LINES, "read all lines");
    strategy->ops->close(strategy);
    return took / LINES;
}

static void report_lines(const char *name, line_writer *write_line)
{
    int fd = write_lines(write_line);
    double best = 0;

    for (int i = 0; i < ROUNDS; i++) {
        double took = read_once(fd);

        best = i && best < took ? best : took;
    }
    printf("%-28s %8.1f ns %8.2f M/s\n", name, best, 1e3 / best);
    close(fd);
}

static uint64_t craft(void *context, uint64_t count)
{
    struct bench *bench = context;
    uint8_t packet[GIVEN_LONGEST];
    uint64_t sum = 0;

    for (uint64_t i = 0; i < count; i++) {
        given_craft(&bench->given, &bench->probes[i % BATCH], bench->now_ns + i, packet);
        sum += packet[IPV4_ID];
    }
    return sum;
}

static uint64_t decode(void *context, uint64_t count)
{
    struct bench *bench = context;
    uint64_t accepted = 0;

    for (uint64_t i = 0; i < count; i++) {
        struct reply reply;

        accepted += given_decode(&bench->given, bench->replies[i % BATCH], REPLY, bench->now_ns, &reply) ==
                    DECODE_ACCEPTED;
    }
    bench_require(accepted == count, "know its own probes again");
    return accepted;
}

static uint16_t sum_of(const uint8_t *bytes, size_t length)
{
    uint32_t sum = 0;

    for (size_t i = 0; i < length; i += 2)
        sum += load_be16(bytes + i);
    return checksum_finish(sum);
}

static void make_reply(const uint8_t *packet, uint8_t reply[REPLY])
{
    uint8_t *icmp = reply + IPV4_HEADER;

    memset(reply, 0, REPLY);
    reply[0] = IPV4_FIRST_BYTE;
    store_be16(reply + IPV4_TOTAL_LENGTH, REPLY);
    reply[IPV4_TTL] = 60;
    reply[IPV4_PROTOCOL] = PROTOCOL_ICMP;
    store_be32(reply + IPV4_SOURCE, 0x0a000001);
    memcpy(reply + IPV4_DESTINATION, packet + IPV4_SOURCE, 4);
    store_be16(reply + IPV4_CHECKSUM, sum_of(reply, IPV4_HEADER));
    icmp[ICMP_TYPE] = ICMP_TIME_EXCEEDED_TYPE;
    memcpy(icmp + ICMP_HEADER, packet, QUOTED);
    store_be16(icmp + ICMP_CHECKSUM, sum_of(icmp, REPLY - IPV4_HEADER));
}

static void prepare(struct bench *bench)
{
    const struct address_pair sources = {.ipv4 = address_of_ipv4(0xc6120002)};
    uint8_t packet[GIVEN_LONGEST];

    bench_require(given_open(&bench->given, (struct siphash_key){1, 2}, &sources) == 0,
                  "keep answers in memory");
    bench->now_ns = clock_now_ns();
    for (unsigned i = 0; i < BATCH; i++) {
        bench->probes[i] = (struct probe){
            .target_address = address_of_ipv4((uint32_t)mix64(i)),
            .flow = PORT_TRACEROUTE,
            .query = (uint16_t)(24000 + i),
            .ttl = (uint8_t)(1 + i % 32),
            .owner = given_owner(PROTOCOL_UDP, 0),
        };
        given_craft(&bench->given, &bench->probes[i], bench->now_ns, packet);
        make_reply(packet, bench->replies[i]);
    }
}

static void report(const char *name, bench_body *body, struct bench *bench, uint64_t round_ns)
{
    double ns = bench_ns_per_op(body, bench, round_ns);

    printf("%-28s %8.1f ns %8.2f M/s\n", name, ns, 1e3 / ns);
}

int main(int argc, char **argv)
{
    uint64_t round_ns = bench_start(argc, argv);
    struct bench bench = {0};

    report_lines("read 16.1.2.3,…", write_ipv4);
    report_lines("read ::ffff:16.1.2.3,…", write_mapped);
    report_lines("read 2a00:1:2::1,…", write_ipv6);
    prepare(&bench);
    report("craft", craft, &bench, round_ns);
    report("decode a quotation", decode, &bench, round_ns);
    given_close(&bench.given);
    return 0;
}
