// SPDX-License-Identifier: GPL-2.0-or-later
/* Files are put together here, byte by byte, as the draft says, in either byte order. */
#include "receive/pcapng_file.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <zlib.h>
#include <zstd.h>

#include "base/clock.h"
#include "receive/capture.h"
#include "receive/pcapng.h"
#include "table.h"

enum {
    ETHERNET = 1,
    RAW_IP = 101,
    IEEE802_11 = 105,
    FILE_MAX = 4096,
};

struct built {
    bool swapped;
    size_t length, block; /* where the block under way began */
    uint8_t bytes[FILE_MAX];
};

static void add(struct built *file, const void *bytes, size_t length)
{
    cr_assert_leq(file->length + length, FILE_MAX);
    memcpy(file->bytes + file->length, bytes, length);
    file->length += length;
}

static void add_u16(struct built *file, uint16_t value)
{
    value = file->swapped ? __builtin_bswap16(value) : value;
    add(file, &value, sizeof(value));
}

static void add_u32(struct built *file, uint32_t value)
{
    value = file->swapped ? __builtin_bswap32(value) : value;
    add(file, &value, sizeof(value));
}

static void add_padded(struct built *file, const void *bytes, size_t length)
{
    add(file, bytes, length);
    while (file->length % 4)
        add(file, "", 1);
}

static void add_option(struct built *file, uint16_t code, const void *value, uint16_t length)
{
    add_u16(file, code);
    add_u16(file, length);
    add_padded(file, value, length);
}

static void begin_block(struct built *file, uint32_t type)
{
    file->block = file->length;
    add_u32(file, type);
    add_u32(file, 0);
}

static void end_block(struct built *file)
{
    uint32_t length = (uint32_t)(file->length + 4 - file->block);
    uint32_t stored = file->swapped ? __builtin_bswap32(length) : length;

    add_u32(file, length);
    memcpy(file->bytes + file->block + 4, &stored, sizeof(stored));
}

static void add_section(struct built *file)
{
    begin_block(file, PCAPNG_SECTION);
    add_u32(file, PCAPNG_BYTE_ORDER);
    add_u16(file, 1);
    add_u16(file, 0);
    add_u32(file, UINT32_MAX);
    add_u32(file, UINT32_MAX);
    add_option(file, PCAPNG_SECTION_PROGRAM, "a test", 6);
    add_option(file, PCAPNG_OPTIONS_END, "", 0);
    end_block(file);
}

/* `resolution` below 0: the usual one. */
static void add_interface(struct built *file, uint16_t link_type, int resolution, int64_t offset_s)
{
    uint8_t units = (uint8_t)resolution;
    uint64_t offset = file->swapped ? __builtin_bswap64((uint64_t)offset_s) : (uint64_t)offset_s;

    begin_block(file, PCAPNG_INTERFACE);
    add_u16(file, link_type);
    add_u16(file, 0);
    add_u32(file, 262144);
    add_option(file, PCAPNG_INTERFACE_NAME, "eth0", 4);
    if (resolution >= 0)
        add_option(file, PCAPNG_INTERFACE_RESOLUTION, &units, 1);
    if (offset_s)
        add_option(file, PCAPNG_INTERFACE_OFFSET, &offset, sizeof(offset));
    end_block(file); /* the end of options may be missing */
}

static void add_packet(struct built *file, uint32_t interface, uint64_t stamp, const void *bytes,
                       uint32_t length)
{
    begin_block(file, PCAPNG_PACKET);
    add_u32(file, interface);
    add_u32(file, (uint32_t)(stamp >> 32));
    add_u32(file, (uint32_t)stamp);
    add_u32(file, length);
    add_u32(file, length + 100);
    add_padded(file, bytes, length);
    add_option(file, PCAPNG_COMMENT, "not read", 8);
    end_block(file);
}

static void add_unknown(struct built *file)
{
    begin_block(file, 0x40000bad);
    add(file, "eight by", 8);
    end_block(file);
}

static int file_of(const void *bytes, size_t length)
{
    int fd = memfd_create("capture", MFD_CLOEXEC);

    cr_assert_eq(write(fd, bytes, length), (ssize_t)length);
    cr_assert_eq(lseek(fd, 0, SEEK_SET), 0);
    return fd;
}

struct reading {
    struct pcapng_file file;
    struct capture_bytes bytes;
    struct captured_frame frame;
    struct error_text reason;
};

static void begin(struct reading *reading, const struct built *built)
{
    *reading = (struct reading){.reason = {"none"}};
    cr_assert_eq(capture_bytes_begin(&reading->bytes, file_of(built->bytes, built->length)), 0);
}

static int next(struct reading *reading)
{
    return pcapng_file_next(&reading->file, &reading->bytes, &reading->frame, &reading->reason);
}

static void end(struct reading *reading)
{
    pcapng_file_end(&reading->file);
    capture_bytes_end(&reading->bytes);
}

static void expect_packet(struct reading *reading, int link_type, uint64_t realtime_ns, const char *bytes)
{
    cr_assert_eq(next(reading), 1, "%s", reading->reason.text);
    cr_expect_eq(reading->frame.link_type, link_type);
    cr_expect_eq(reading->frame.realtime_ns, realtime_ns, "%llu ns",
                 (unsigned long long)reading->frame.realtime_ns);
    cr_assert_eq(reading->frame.length, strlen(bytes));
    cr_expect_arr_eq(reading->frame.data, bytes, strlen(bytes));
}

Test(pcapng_file, both_byte_orders)
{
    for (int swapped = 0; swapped < 2; swapped++) {
        struct built built = {.swapped = swapped};
        struct reading reading;

        add_section(&built);
        add_unknown(&built);
        add_interface(&built, ETHERNET, 9, 0);
        add_interface(&built, RAW_IP, -1, 0);
        add_packet(&built, 1, 1700000000123456ULL, "second", 6);
        add_unknown(&built);
        add_packet(&built, 0, 1700000000123456789ULL, "first", 5);
        begin(&reading, &built);
        expect_packet(&reading, RAW_IP, 1700000000123456000ULL, "second");
        expect_packet(&reading, ETHERNET, 1700000000123456789ULL, "first");
        cr_expect_eq(next(&reading), 0);
        end(&reading);
    }
}

Test(pcapng_file, units_of_time)
{
    static const struct {
        int resolution;
        int64_t offset_s;
        uint64_t stamp, expected_ns;
    } cases[] = {
        {-1, 0, 5000001, 5000001000},
        {6, 0, 5000001, 5000001000},
        {0, 0, 5, 5000000000},
        {3, 0, 5001, 5001000000},
        {9, 0, 5000000001, 5000000001},
        {12, 0, 5000000001999, 5000000001},
        {19, 0, 50000000000000000, 5000000},
        {20, 0, 5, 0},                          /* more than 64 bits can count */
        {0x80 | 10, 0, 1024 + 512, 1500000000}, /* 2^-10 s */
        {0x80 | 63, 0, 1ULL << 62, 500000000},
        {0x80 | 64, 0, 5, 0},
        {6, 100, 5000001, 105000001000},
        {6, -3, 5000001, 2000001000},
        {6, -6, 5000001, 0}, /* before 1970 */
        {0, INT64_MAX, UINT64_MAX, 0},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct built built = {.swapped = i % 2};
        struct reading reading;

        add_section(&built);
        add_interface(&built, ETHERNET, cases[i].resolution, cases[i].offset_s);
        add_packet(&built, 0, cases[i].stamp, "x", 1);
        begin(&reading, &built);
        expect_packet(&reading, ETHERNET, cases[i].expected_ns, "x");
        end(&reading);
    }
}

/* Interfaces are counted anew in each section. */
Test(pcapng_file, sections_of_different_orders)
{
    struct built built = {0};
    struct reading reading;

    add_section(&built);
    add_interface(&built, ETHERNET, 9, 0);
    add_packet(&built, 0, 7, "one", 3);
    built.swapped = true;
    add_section(&built);
    add_interface(&built, RAW_IP, 6, 0);
    add_packet(&built, 0, 7, "two", 3);
    begin(&reading, &built);
    expect_packet(&reading, ETHERNET, 7, "one");
    expect_packet(&reading, RAW_IP, 7000, "two");
    cr_expect_eq(next(&reading), 0);
    end(&reading);
}

/* Simple packets, which are cut at the interface's snap length and have no time, and the obsolete ones. */
Test(pcapng_file, other_packets)
{
    struct built built = {0};
    struct reading reading;

    add_section(&built);
    add_interface(&built, RAW_IP, 6, 0);
    begin_block(&built, PCAPNG_SIMPLE_PACKET);
    add_u32(&built, 6);
    add_padded(&built, "simple", 6);
    end_block(&built);
    begin_block(&built, PCAPNG_OLD_PACKET);
    add_u16(&built, 0);
    add_u16(&built, 99); /* drops */
    add_u32(&built, 0);
    add_u32(&built, 3);
    add_u32(&built, 3);
    add_u32(&built, 3);
    add_padded(&built, "old", 3);
    end_block(&built);
    begin(&reading, &built);
    expect_packet(&reading, RAW_IP, 0, "simple");
    expect_packet(&reading, RAW_IP, 3000, "old");
    end(&reading);
}

static void build_usual(struct built *built)
{
    add_section(built);
    add_interface(built, ETHERNET, 9, 0);
    add_packet(built, 0, 1, "packet", 6);
    add_unknown(built);
}

/* Cut at every byte: what is whole is read, and the rest is told. */
Test(pcapng_file, cut_anywhere)
{
    struct built whole = {0};

    build_usual(&whole);
    for (size_t length = 0; length < whole.length; length++) {
        struct built cut = whole;
        struct reading reading;
        int result;

        cut.length = length;
        begin(&reading, &cut);
        while ((result = next(&reading)) == 1)
            cr_expect_eq(reading.frame.length, 6);
        cr_expect(result == -ENODATA || result == 0, "%zu bytes: %d", length, result);
        end(&reading);
    }
}

/* Every word of the file as large, small and odd as it can be: an error or not, never more than there is. */
Test(pcapng_file, hostile_words)
{
    static const uint32_t words[] = {0, 1, 3, 11, 12, 13, 0x7fffffff, 0x80000000, 0xfffffffc, 0xffffffff};
    struct built usual = {0};

    build_usual(&usual);
    for (size_t at = 0; at + 4 <= usual.length; at += 4)
        for (size_t i = 0; i < COUNT(words); i++) {
            struct built built = usual;
            struct reading reading;
            int result;

            memcpy(built.bytes + at, &words[i], sizeof(words[i]));
            begin(&reading, &built);
            while ((result = next(&reading)) == 1)
                cr_expect_leq(reading.frame.length, built.length);
            if (result == -EINVAL)
                cr_expect_eq(strncmp(reading.reason.text, "damaged: ", 9), 0, "%s", reading.reason.text);
            else
                cr_expect(result == 0 || result == -ENODATA, "%d", result);
            end(&reading);
        }
}

Test(pcapng_file, damaged)
{
    struct built built = {0};
    struct reading reading;

    add_section(&built);
    add_interface(&built, ETHERNET, 9, 0);
    add_packet(&built, 1, 1, "packet", 6);
    begin(&reading, &built);
    cr_expect_eq(next(&reading), -EINVAL);
    cr_expect_str_eq(reading.reason.text, "damaged: a packet of interface 1, which is not described");
    end(&reading);
}

static struct capture *open_capture(int fd, const char *what)
{
    char path[32];
    struct error_text error = {"none"};
    struct capture *capture;

    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    cr_assert_eq(capture_open(&capture, path, &error), 0, "%s: %s", what, error.text);
    return capture;
}

static void expect_readable(const void *bytes, size_t length, const char *what)
{
    int fd = file_of(bytes, length);
    struct captured_packet packet;
    struct error_text error = {"none"};
    struct capture *capture = open_capture(fd, what);

    for (int time = 0; time < 2; time++) {
        cr_assert_eq(capture_next(capture, &packet, &error), 1, "%s: %s", what, error.text);
        cr_expect_eq(packet.realtime_ns, 1, "%s", what);
        cr_assert_eq(capture_next(capture, &packet, &error), 0, "%s: %s", what, error.text);
        cr_assert_eq(capture_rewind(capture, &error), 0, "%s: %s", what, error.text);
    }
    capture_close(capture);
    close(fd);
}

Test(pcapng_file, compressed)
{
    struct built built = {0};
    uint8_t packed[FILE_MAX];

    build_usual(&built);
    expect_readable(built.bytes, built.length, "as it is");
    expect_readable(packed, ZSTD_compress(packed, sizeof(packed), built.bytes, built.length, 1), "zstd");

    z_stream gzip = {
        .next_in = built.bytes, .avail_in = (uInt)built.length, .next_out = packed, .avail_out = FILE_MAX};
    cr_assert_eq(deflateInit2(&gzip, 1, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    cr_assert_eq(deflate(&gzip, Z_FINISH), Z_STREAM_END);
    expect_readable(packed, gzip.total_out, "gzip");
    deflateEnd(&gzip);
}

/* One interface of two: its packets are decoded, the others counted. */
Test(pcapng_file, an_interface_that_is_not_decoded)
{
    struct built built = {0};
    struct captured_packet packet;
    struct error_text error = {"none"};
    struct capture *capture;

    add_section(&built);
    add_interface(&built, IEEE802_11, 9, 0);
    add_interface(&built, RAW_IP, 9, 0);
    add_packet(&built, 0, 1, "radio", 5);
    add_packet(&built, 1, 2, "wire", 4);
    capture = open_capture(file_of(built.bytes, built.length), "as it is");
    cr_assert_eq(capture_next(capture, &packet, &error), 1);
    cr_expect_eq(packet.length, 0);
    cr_assert_eq(capture_next(capture, &packet, &error), 1);
    cr_expect_eq(packet.length, 4);
    cr_expect_eq(capture_unknown(capture).packets, 1);
    cr_expect_eq(capture_unknown(capture).link_type, IEEE802_11);
    capture_close(capture);
}

/* What has no IP inside is not counted. */
Test(pcapng_file, protocols_that_are_not_decoded)
{
    static const char arp[] = "addresses...\x08\x06", macsec[] = "addresses...\x88\xe5",
                      lengths[] = "addresses...\0\x26";
    struct built built = {0};
    struct captured_packet packet;
    struct error_text error = {"none"};
    struct capture *capture;

    add_section(&built);
    add_interface(&built, ETHERNET, 9, 0);
    add_packet(&built, 0, 1, arp, sizeof(arp) - 1);
    add_packet(&built, 0, 2, lengths, sizeof(lengths) - 1);
    add_packet(&built, 0, 3, macsec, sizeof(macsec) - 1);
    add_packet(&built, 0, 4, macsec, sizeof(macsec) - 1);
    capture = open_capture(file_of(built.bytes, built.length), "as it is");
    for (int i = 0; i < 4; i++)
        cr_assert_eq(capture_next(capture, &packet, &error), 1);
    cr_expect_eq(capture_unknown(capture).packets, 0);
    cr_expect_eq(capture_unknown(capture).inside, 2);
    cr_expect_eq(capture_unknown(capture).ethertype, 0x88e5);
    capture_close(capture);
}

Test(pcapng_file, no_interface_that_is_decoded)
{
    struct built built = {0};
    char path[32];
    struct error_text error = {"none"};
    struct capture *capture;

    add_section(&built);
    add_interface(&built, IEEE802_11, 9, 0);
    add_packet(&built, 0, 1, "radio", 5);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", file_of(built.bytes, built.length));
    cr_expect_eq(capture_open(&capture, path, &error), -EINVAL);
    cr_expect_not_null(strstr(error.text, "link type 105, IEEE802_11 (802.11), "), "%s", error.text);
}
