// SPDX-License-Identifier: GPL-2.0-or-later
#include "receive/capture.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "addresses.h"
#include "base/clock.h"
#include "packet/reply.h"
#include "support/reply_builder.h"
#include "table.h"

enum {
    PACKETS = 3,
    FILE_HEADER = 24, /* of a pcap file */
};

static const struct probe probe = {.target_address = IPV4(0x08080808), .flow = 3, .ttl = 9};
static const struct probe probe6 = {.target_address = {0x2001486048600000ULL, 0x8888}, .flow = 3, .ttl = 9};

/* A link layer: its number, and what stands before the IP header. */
struct link_kind {
    const char *what;
    int type;
    uint8_t header[20];
    unsigned length;
};

/* How each finds the IP header: test_link_layer.c. Numbers of libpcap's, which may differ from a file's. */
static const struct link_kind links[] = {
    {"Ethernet", DLT_EN10MB, {0x02, 0, 0, 0, 0, 1, 0x02, 0, 0, 0, 0, 2, 0x08, 0x00}, 14},
    {"raw IP", DLT_RAW, {0}, 0},
    {"raw IPv4", DLT_IPV4, {0}, 0},
    {"BSD loopback", DLT_NULL, {2, 0, 0, 0}, 4},
    {"OpenBSD loopback", DLT_LOOP, {0, 0, 0, 2}, 4},
    {"PPP", DLT_PPP, {0xff, 0x03, 0x00, 0x21}, 4},
    {"PPP in HDLC", DLT_PPP_SERIAL, {0xff, 0x03, 0x00, 0x21}, 4},
    {"Cisco HDLC", DLT_C_HDLC, {0x0f, 0x00, 0x08, 0x00}, 4},
    {"PPP over Ethernet", DLT_PPP_ETHER, {0x11, 0x00, 0x00, 0x01, 0x00, 0x21, 0x00, 0x21}, 8},
    {"MPLS", DLT_MPLS, {0x00, 0x06, 0x41, 0xff}, 4},
    {"Linux cooked", DLT_LINUX_SLL, {0, 0, 0, 1, 0, 6, 2, 2, 2, 2, 2, 2, 0, 0, 0x08, 0x00}, 16},
    {"Linux cooked v2", DLT_LINUX_SLL2, {0x08, 0x00, 0, 0, 0, 0, 0, 2, 0, 1, 0, 6}, 20},
};

static const struct link_kind links_of_ipv6[] = {
    {"Ethernet", DLT_EN10MB, {0x02, 0, 0, 0, 0, 1, 0x02, 0, 0, 0, 0, 2, 0x86, 0xdd}, 14},
    {"raw IP", DLT_RAW, {0}, 0},
    {"raw IPv6", DLT_IPV6, {0}, 0},
    {"BSD loopback", DLT_NULL, {24, 0, 0, 0}, 4},
    {"PPP", DLT_PPP, {0xff, 0x03, 0x00, 0x57}, 4},
    {"Linux cooked", DLT_LINUX_SLL, {0, 0, 0, 1, 0, 6, 2, 2, 2, 2, 2, 2, 0, 0, 0x86, 0xdd}, 16},
};

/* An empty file. */
static char *new_path(void)
{
    static char path[64];

    snprintf(path, sizeof(path), "/tmp/hopwire-capture-XXXXXX");
    int fd = mkstemp(path);
    cr_assert_geq(fd, 0);
    close(fd);
    return path;
}

static unsigned build_packet(const struct link_kind *link, const struct probe *of,
                             uint8_t packet[REPLY_FRAME_MAX])
{
    struct built_reply reply = reply_build(*of, 77, (struct reply_shape){0});
    unsigned ip_length = reply.length - reply.ip;

    memcpy(packet, link->header, link->length);
    memcpy(packet + link->length, reply.frame + reply.ip, ip_length);
    return link->length + ip_length;
}

/* Packet i arrives at i seconds and i + 1 ns. */
static void write_capture(const char *path, const struct link_kind *link, const struct probe *of)
{
    pcap_t *pcap = pcap_open_dead_with_tstamp_precision(link->type, 65535, PCAP_TSTAMP_PRECISION_NANO);
    pcap_dumper_t *dumper = pcap_dump_open(pcap, path);
    uint8_t packet[REPLY_FRAME_MAX];

    cr_assert_not_null(dumper, "%s", pcap_geterr(pcap));
    for (long i = 0; i < PACKETS; i++) {
        unsigned length = build_packet(link, of, packet);
        const struct pcap_pkthdr header = {.ts = {i, i + 1}, .caplen = length, .len = length};

        pcap_dump((u_char *)dumper, &header, packet);
    }
    pcap_dump_close(dumper);
    pcap_close(pcap);
}

static struct capture *open_capture(const char *path)
{
    struct error_text error = {"none"};
    struct capture *capture;

    cr_assert_eq(capture_open(&capture, path, &error), 0, "%s", error.text);
    return capture;
}

static void expect_reply(const struct captured_packet *packet, const struct probe *of, const char *what)
{
    struct reply reply;
    enum decode_verdict verdict = reply_decode_ip(&reply_builder_layouts, packet->ip, packet->length, &reply);

    cr_assert_eq(verdict, DECODE_ACCEPTED, "%s", what);
    cr_expect(address_equal(reply.quoted.probe.target_address, of->target_address), "%s", what);
}

static void expect_readable(const struct link_kind *link, const struct probe *of, const char *path)
{
    struct error_text error = {"none"};
    struct captured_packet packet;
    struct capture *capture;

    write_capture(path, link, of);
    capture = open_capture(path);
    for (uint64_t i = 0; i < PACKETS; i++) {
        cr_assert_eq(capture_next(capture, &packet, &error), 1, "%s: %s", link->what, error.text);
        cr_expect_eq(packet.realtime_ns, i * NS_PER_S + i + 1, "%s", link->what);
        expect_reply(&packet, of, link->what);
    }
    cr_expect_eq(capture_next(capture, &packet, &error), 0, "%s", link->what);
    cr_expect_eq(capture_next(capture, &packet, &error), 0, "%s", link->what);
    capture_close(capture);
}

Test(capture, every_link_type)
{
    char *path = new_path();

    for (size_t i = 0; i < COUNT(links); i++)
        expect_readable(&links[i], &probe, path);
    for (size_t i = 0; i < COUNT(links_of_ipv6); i++)
        expect_readable(&links_of_ipv6[i], &probe6, path);
    unlink(path);
}

/* Packets shorter than the header of their link: nothing is left of them, and nothing is read beyond. */
Test(capture, packets_shorter_than_their_header)
{
    char *path = new_path();

    for (size_t i = 0; i < COUNT(links); i++)
        for (unsigned length = 0; length <= links[i].length; length++) {
            pcap_t *pcap = pcap_open_dead(links[i].type, 65535);
            pcap_dumper_t *dumper = pcap_dump_open(pcap, path);
            const struct pcap_pkthdr header = {.caplen = length, .len = 100};
            struct captured_packet packet;
            struct error_text error;

            pcap_dump((u_char *)dumper, &header, links[i].header);
            pcap_dump_close(dumper);
            pcap_close(pcap);
            struct capture *capture = open_capture(path);
            cr_assert_eq(capture_next(capture, &packet, &error), 1);
            cr_expect_eq(packet.length, 0, "%s", links[i].what);
            capture_close(capture);
        }
    unlink(path);
}

/* Cut at every byte: whole packets, then the end of the file, or a word about the
 * packet that is not whole. */
Test(capture, cut_anywhere)
{
    char *path = new_path();

    write_capture(path, &links[0], &probe);
    struct stat status;
    cr_assert_eq(stat(path, &status), 0);
    const off_t record = (status.st_size - FILE_HEADER) / PACKETS;

    for (off_t size = status.st_size; size >= FILE_HEADER; size--) {
        struct captured_packet packet;
        struct error_text error = {"none"};
        off_t whole = (size - FILE_HEADER) / record;
        int result;

        cr_assert_eq(truncate(path, size), 0);
        struct capture *capture = open_capture(path);
        for (off_t i = 0; i < whole; i++)
            cr_assert_eq(capture_next(capture, &packet, &error), 1, "%d bytes", (int)size);
        result = capture_next(capture, &packet, &error);
        cr_expect_eq(result, FILE_HEADER + whole * record == size ? 0 : -ENODATA, "%d bytes: %d", (int)size,
                     result);
        if (result)
            cr_expect_eq(strncmp(error.text, path, strlen(path)), 0, "'%s'", error.text);
        capture_close(capture);
    }
    unlink(path);
}

/* A record that announces more than any packet has. */
Test(capture, damaged)
{
    char *path = new_path();
    static const uint8_t absurd[8] = {0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff, 0x7f};
    struct captured_packet packet;
    struct error_text error = {"none"};

    write_capture(path, &links[0], &probe);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    cr_assert_eq(pwrite(fd, absurd, sizeof(absurd), FILE_HEADER + 8), sizeof(absurd));
    close(fd);
    struct capture *capture = open_capture(path);
    cr_expect_eq(capture_next(capture, &packet, &error), -EINVAL);
    cr_expect_eq(strncmp(error.text, path, strlen(path)), 0, "'%s'", error.text);
    capture_close(capture);
    unlink(path);
}

static void expect_refused(const char *path, const char *words)
{
    struct error_text error = {"none"};
    struct capture *capture = NULL;

    cr_expect_eq(capture_open(&capture, path, &error), -EINVAL, "%s", path);
    cr_expect_null(capture);
    cr_expect_not_null(strstr(error.text, words), "'%s' does not say '%s'", error.text, words);
    cr_expect_not_null(strstr(error.text, path), "'%s' does not name the file", error.text);
    cr_expect_null(strchr(error.text, '\n'));
}

/* Into the header of a file that is there: libpcap writes no number that it does not know. */
static void write_link_number(const char *path, uint32_t number)
{
    FILE *file = fopen(path, "r+");

    cr_assert_eq(fseek(file, FILE_HEADER - (long)sizeof(number), SEEK_SET), 0);
    cr_assert_eq(fwrite(&number, sizeof(number), 1, file), 1);
    fclose(file);
}

Test(capture, what_is_no_capture)
{
    static const struct link_kind ieee80211 = {.what = "802.11", .type = DLT_IEEE802_11};
    char *path = new_path();
    FILE *file;

    expect_refused("/nonexistent/file.pcap", "No such file");
    expect_refused(path, "truncated");
    file = fopen(path, "w");
    fputs("time_us,responder,target,flow,probe_ttl\n1,2,3,4,5\n", file);
    fclose(file);
    expect_refused(path, "unknown file format");
    write_capture(path, &ieee80211, &probe);
    expect_refused(path, "link type 105, IEEE802_11 (802.11), ");
    write_link_number(path, 9999);
    expect_refused(path, "link type 9999 is unknown");
    unlink(path);
    capture_close(NULL);
}

Test(capture, from_stdin)
{
    char *path = new_path();
    struct captured_packet packet;
    struct error_text error;

    write_capture(path, &links[0], &probe);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    cr_assert_eq(dup2(fd, STDIN_FILENO), STDIN_FILENO);
    struct capture *capture = open_capture("-");
    for (int i = 0; i < PACKETS; i++)
        cr_assert_eq(capture_next(capture, &packet, &error), 1);
    cr_expect_eq(capture_next(capture, &packet, &error), 0);
    capture_close(capture);
    unlink(path);
}
