// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Captures of real routers, where HOPWIRE_CORPUS names a folder with them: label stacks against what the
 * dissections beside the captures say; and no reply in any of them is one of ours.
 */
#include <criterion/criterion.h>
#include <dirent.h>
#include <limits.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "packet/icmp_extension.h"
#include "packet/reply.h"
#include "receive/capture.h"
#include "reply_parse.h"
#include "support/reply_builder.h"
#include "table.h"

#define ENTRY(label, tc, s, ttl) ((uint32_t)(label) << 12 | (tc) << 9 | (s) << 8 | (ttl))

/* What tshark and tcpdump read out of the two captures with labels, by number of the packet. */
static const struct expected_stack {
    const char *file;
    unsigned packet;
    struct label_stack stack;
} expected[] = {
    {"packets/icmp-icmp-ttl-exceeded-mpls.pcap",
     2,
     {2, false, {ENTRY(29657, 0, 0, 1), ENTRY(25437, 0, 1, 1)}}},
    {"packets/tcpdump/mpls-traceroute.pcap", 2, {1, false, {ENTRY(100704, 0, 1, 1)}}},
    {"packets/tcpdump/mpls-traceroute.pcap", 4, {1, false, {ENTRY(100704, 0, 1, 1)}}},
    {"packets/tcpdump/mpls-traceroute.pcap", 6, {1, false, {ENTRY(100704, 0, 1, 1)}}},
    {"packets/tcpdump/mpls-traceroute.pcap", 8, {1, false, {ENTRY(102672, 0, 1, 1)}}},
    {"packets/tcpdump/mpls-traceroute.pcap", 10, {1, false, {ENTRY(102672, 0, 1, 1)}}},
    {"packets/tcpdump/mpls-traceroute.pcap", 12, {1, false, {ENTRY(102672, 0, 1, 1)}}},
    {"packets/tcpdump/mpls-traceroute.pcap", 14, {0, false, {0}}}, /* from the target, which pops it */
    {"packets/tcpdump/mpls-traceroute.pcap", 16, {0, false, {0}}},
    {"packets/tcpdump/mpls-traceroute.pcap", 18, {0, false, {0}}},
};

static const char *corpus(void)
{
    const char *folder = getenv("HOPWIRE_CORPUS");

    if (!folder || !*folder)
        cr_skip_test("HOPWIRE_CORPUS is not set: no captures of real routers");
    return folder;
}

/* Where the ICMP message of a packet begins, or NULL. PPP in HDLC framing (RFC 1662), which a survey never
 * meets, has four bytes before IPv4. */
static const uint8_t *find_icmp(int link_type, const uint8_t *packet, const uint8_t *end)
{
    struct reply_view view;
    enum reply_class class = link_type == DLT_PPP ? reply_parse_ip(FAMILY_IPV4, packet + 4, end, &view)
                                                  : reply_parse_ethernet(packet, end, &view);

    return class == REPLY_ERROR ? view.icmp : NULL;
}

static void read_stack(const char *folder, const struct expected_stack *which, struct label_stack *out)
{
    char path[PATH_MAX], reason[PCAP_ERRBUF_SIZE];
    struct pcap_pkthdr *header;
    struct extension_objects objects;
    const u_char *packet = NULL;

    snprintf(path, sizeof(path), "%s/%s", folder, which->file);
    pcap_t *pcap = pcap_open_offline(path, reason);
    cr_assert_not_null(pcap, "%s", reason);
    for (unsigned i = 0; i < which->packet; i++)
        cr_assert_eq(pcap_next_ex(pcap, &header, &packet), 1, "%s", path);
    const uint8_t *icmp = find_icmp(pcap_datalink(pcap), packet, packet + header->caplen);
    cr_assert_not_null(icmp, "%s: packet %u is no ICMP error", path, which->packet);
    icmp_extension_read(FAMILY_IPV4, icmp, (size_t)(packet + header->caplen - icmp), out, &objects);
    pcap_close(pcap);
}

Test(reply_corpus, labels_are_what_dissectors_read)
{
    const char *folder = corpus();

    for (size_t i = 0; i < COUNT(expected); i++) {
        struct label_stack stack;

        read_stack(folder, &expected[i], &stack);
        cr_expect_eq(stack.count, expected[i].stack.count, "%s, packet %u: %u labels", expected[i].file,
                     expected[i].packet, stack.count);
        cr_expect_eq(stack.cut, expected[i].stack.cut);
        for (unsigned label = 0; label < stack.count; label++)
            cr_expect_eq(stack.labels[label], expected[i].stack.labels[label], "%s, packet %u: %#x",
                         expected[i].file, expected[i].packet, stack.labels[label]);
    }
}

static unsigned decode_capture(const char *path)
{
    struct captured_packet packet;
    struct error_text error;
    struct capture *capture;
    unsigned packets = 0;

    if (capture_open(&capture, path, &error)) /* of a link that is none of ours */
        return 0;
    for (; capture_next(capture, &packet, &error) > 0; packets++) {
        struct reply reply;
        enum decode_verdict verdict =
            reply_decode_ip(&reply_builder_layouts, packet.ip, packet.length, &reply);

        cr_expect_neq(verdict, DECODE_ACCEPTED, "%s: packet %u", path, packets + 1);
    }
    capture_close(capture);
    return packets;
}

static unsigned decode_folder(const char *folder, const char *sub)
{
    char path[PATH_MAX];
    struct dirent *entry;
    unsigned packets = 0;

    snprintf(path, sizeof(path), "%s/%s", folder, sub);
    DIR *directory = opendir(path);
    cr_assert_not_null(directory, "%s", path);
    while ((entry = readdir(directory)))
        if (strstr(entry->d_name, ".pcap")) {
            snprintf(path, sizeof(path), "%s/%s/%s", folder, sub, entry->d_name);
            packets += decode_capture(path);
        }
    closedir(directory);
    return packets;
}

Test(reply_corpus, nobody_elses_replies_are_ours)
{
    const char *folder = corpus();

    cr_expect_gt(decode_folder(folder, "packets"), 0);
    cr_expect_gt(decode_folder(folder, "packets/tcpdump"), 0);
}
