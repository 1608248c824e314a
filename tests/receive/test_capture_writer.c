// SPDX-License-Identifier: GPL-2.0-or-later
/* What is written is read back by receive/capture.h, which knows nothing of the writer. */
#include "receive/capture_writer.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "receive/capture.h"

enum {
    IPV4_BYTES = 60, /* of each packet */
    LIMIT = 1 << 20,
};

static const struct pcapng_statistics none[CAPTURE_INTERFACES_MAX];

static struct capture_writer *start_behind(int fd, uint64_t limit, uint64_t there)
{
    const struct capture_writer_config config = {
        .fd = fd,
        .program = "hopwire, a test",
        .system = "Linux",
        .interfaces = {"one", "two"},
        .interface_count = 2,
        .producers = 1,
        .limit = limit,
        .there = there,
        .clock = {.monotonic_ns = 1000, .realtime_ns = 1700000000000000000ULL},
    };
    struct capture_writer *writer;

    cr_assert_eq(capture_writer_start(&writer, &config), 0);
    return writer;
}

static struct capture_writer *start(int fd, uint64_t limit)
{
    return start_behind(fd, limit, 0);
}

static void push(struct capture_writer *writer, uint64_t received_ns, const char *reason)
{
    static const uint8_t packet[IPV4_BYTES] = {0x45};

    capture_writer_push(writer, 0,
                        &(struct capture_entry){
                            .received_ns = received_ns,
                            .interface = 1,
                            .reason = reason,
                            .ip = packet,
                            .length = sizeof(packet),
                            .original = sizeof(packet),
                        });
}

static void end(struct capture_writer *writer)
{
    capture_writer_finish(writer, none);
    while (!capture_writer_finished(writer))
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}

static struct capture *reopen(int fd, char path[32])
{
    struct error_text error = {"none"};
    struct capture *capture;

    snprintf(path, 32, "/proc/self/fd/%d", fd);
    cr_assert_eq(capture_open(&capture, path, &error), 0, "%s", error.text);
    return capture;
}

static uint64_t count_packets(int fd)
{
    char path[32];
    struct captured_packet packet;
    struct error_text error = {"none"};
    struct capture *capture = reopen(fd, path);
    uint64_t count = 0;
    int result;

    for (; (result = capture_next(capture, &packet, &error)) == 1; count++)
        cr_expect_eq(packet.length, IPV4_BYTES);
    cr_expect_eq(result, 0, "%s", error.text);
    capture_close(capture);
    return count;
}

Test(capture_writer, packets_come_back_with_their_times)
{
    int fd = memfd_create("capture", MFD_CLOEXEC);
    struct capture_writer *writer = start(fd, LIMIT);
    char path[32];
    struct captured_packet packet;
    struct error_text error;

    capture_writer_begin(writer);
    push(writer, 1000, NULL);
    push(writer, 1000000000123456789ULL, "forged");
    end(writer);
    cr_expect_eq(capture_writer_totals(writer).captured, 2);
    capture_writer_destroy(writer);

    struct capture *capture = reopen(fd, path);
    cr_assert_eq(capture_next(capture, &packet, &error), 1);
    cr_expect_eq(packet.realtime_ns, 1700000000000000000ULL);
    cr_expect_eq(packet.length, IPV4_BYTES);
    cr_assert_eq(capture_next(capture, &packet, &error), 1);
    cr_expect_eq(packet.realtime_ns, 2700000000123455789ULL);
    cr_expect_eq(capture_next(capture, &packet, &error), 0);
    capture_close(capture);
}

/* Until it is begun nothing is written, and what was pushed waits. */
Test(capture_writer, nothing_before_it_is_begun)
{
    int fd = memfd_create("capture", MFD_CLOEXEC);
    struct capture_writer *writer = start(fd, LIMIT);

    push(writer, 1, NULL);
    capture_writer_destroy(writer);
    cr_expect_eq(lseek(fd, 0, SEEK_END), 0);
}

/* As many as have room; whoever pushes more does not wait. */
Test(capture_writer, a_full_ring_is_counted)
{
    int fd = memfd_create("capture", MFD_CLOEXEC);
    struct capture_writer *writer = start(fd, 1ULL << 30);
    const uint64_t pushed = CAPTURE_RINGS_BYTES / IPV4_BYTES;

    for (uint64_t i = 0; i < pushed; i++)
        push(writer, i, NULL);
    uint64_t dropped = capture_writer_totals(writer).dropped;
    cr_expect(dropped > 0 && dropped < pushed / 2, "%llu", (unsigned long long)dropped);
    capture_writer_begin(writer);
    end(writer);
    cr_expect_eq(capture_writer_totals(writer).dropped, dropped);
    cr_expect_eq(capture_writer_totals(writer).captured, pushed - dropped);
    capture_writer_destroy(writer);
    cr_expect_eq(count_packets(fd), pushed - dropped);
}

Test(capture_writer, a_limit_is_kept)
{
    int fd = memfd_create("capture", MFD_CLOEXEC);
    struct capture_writer *writer = start(fd, CAPTURE_LIMIT_MIN);

    capture_writer_begin(writer);
    for (unsigned i = 0; i < 2000; i++)
        push(writer, i, i % 2 ? "foreign" : NULL);
    end(writer);
    struct capture_totals totals = capture_writer_totals(writer);
    off_t size = lseek(fd, 0, SEEK_END);

    cr_expect_eq(totals.captured + totals.past_limit, 2000);
    cr_expect(size <= CAPTURE_LIMIT_MIN && size > CAPTURE_LIMIT_MIN - 512, "%lld", (long long)size);
    capture_writer_destroy(writer);
    cr_expect_eq(count_packets(fd), totals.captured);
}

/* A file that may not grow: the rest is dropped, and the error told. */
/* A capture that is gone on with: whatever room is left in it. */
Test(capture_writer, a_limit_is_kept_behind_what_is_there)
{
    for (uint64_t there = CAPTURE_LIMIT_MIN - 4096; there <= CAPTURE_LIMIT_MIN + 512; there += 128) {
        int fd = memfd_create("capture", MFD_CLOEXEC);
        off_t room = there < CAPTURE_LIMIT_MIN ? (off_t)(CAPTURE_LIMIT_MIN - there) : 0;
        struct capture_writer *writer = start_behind(fd, CAPTURE_LIMIT_MIN, there);

        capture_writer_begin(writer);
        for (unsigned i = 0; i < 100; i++)
            push(writer, i, NULL);
        end(writer);
        struct capture_totals totals = capture_writer_totals(writer);
        off_t size = lseek(fd, 0, SEEK_END);

        cr_expect_eq(totals.captured + totals.past_limit, 100);
        cr_expect(size <= room, "%lld bytes, there was room for %lld", (long long)size, (long long)room);
        cr_expect(room < 4096 || totals.captured);
        capture_writer_destroy(writer);
        close(fd);
    }
}

Test(capture_writer, what_cannot_be_written_is_counted)
{
    int fd = memfd_create("capture", MFD_CLOEXEC);
    struct capture_writer *writer = start(fd, LIMIT);
    const struct rlimit small = {.rlim_cur = 4096, .rlim_max = RLIM_INFINITY};

    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
    capture_writer_begin(writer);
    for (unsigned i = 0; i < 2000; i++)
        push(writer, i, NULL);
    end(writer);
    struct capture_totals totals = capture_writer_totals(writer);
    cr_expect_eq(totals.error, -EFBIG);
    cr_expect_eq(totals.captured + totals.dropped, 2000);
    cr_expect_gt(totals.dropped, 1900);
    capture_writer_destroy(writer);
}
