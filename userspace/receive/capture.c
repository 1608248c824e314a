// SPDX-License-Identifier: GPL-2.0-or-later
#include "receive/capture.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pcap/pcap.h>

#include "base/clock.h"

/* How many bytes stand before the IPv4 header, by link type (www.tcpdump.org/linktypes.html). */
static const struct link_layer {
    int type;
    size_t header;
    bool ethernet;
} link_layers[] = {
    {DLT_EN10MB, 0, true}, {DLT_RAW, 0, false},        {DLT_IPV4, 0, false},
    {DLT_NULL, 4, false},  {DLT_LINUX_SLL, 16, false}, {DLT_LINUX_SLL2, 20, false},
};

struct capture {
    pcap_t *pcap;
    const char *path;
    const struct link_layer *link;
};

static const struct link_layer *find_link_layer(int type)
{
    for (size_t i = 0; i < sizeof(link_layers) / sizeof(link_layers[0]); i++)
        if (link_layers[i].type == type)
            return &link_layers[i];
    return NULL;
}

static int open_pcap(struct capture *capture, struct capture_error *error)
{
    char reason[PCAP_ERRBUF_SIZE] = "";

    capture->pcap =
        pcap_open_offline_with_tstamp_precision(capture->path, PCAP_TSTAMP_PRECISION_NANO, reason);
    if (!capture->pcap) {
        /* libpcap names the file itself where it cannot be opened, and only then. */
        bool named = strncmp(reason, capture->path, strlen(capture->path)) == 0;

        snprintf(error->text, sizeof(error->text), "%s%s%s", named ? "" : capture->path, named ? "" : ": ",
                 reason);
        return -EINVAL;
    }
    capture->link = find_link_layer(pcap_datalink(capture->pcap));
    if (!capture->link) {
        snprintf(error->text, sizeof(error->text),
                 "%s: link type %d is unknown: capture on Ethernet, or raw IP", capture->path,
                 pcap_datalink(capture->pcap));
        return -EINVAL;
    }
    return 0;
}

int capture_open(struct capture **out, const char *path, struct capture_error *error)
{
    struct capture *capture = calloc(1, sizeof(*capture));

    if (!capture) {
        snprintf(error->text, sizeof(error->text), "out of memory");
        return -ENOMEM;
    }
    capture->path = path;
    int result = open_pcap(capture, error);
    if (result)
        capture_close(capture);
    else
        *out = capture;
    return result;
}

int capture_next(struct capture *capture, struct captured_packet *out, struct capture_error *error)
{
    struct pcap_pkthdr *header;
    const u_char *data;
    int result = pcap_next_ex(capture->pcap, &header, &data);

    if (result == PCAP_ERROR_BREAK)
        return 0;
    if (result != 1) {
        const char *reason = pcap_geterr(capture->pcap);

        snprintf(error->text, sizeof(error->text), "%s: %s", capture->path, reason);
        return strstr(reason, "truncated") ? -ENODATA : -EINVAL;
    }

    size_t skip = header->caplen < capture->link->header ? header->caplen : capture->link->header;
    *out = (struct captured_packet){
        .data = data + skip,
        .length = header->caplen - skip,
        .ethernet = capture->link->ethernet,
        /* With nanosecond precision tv_usec holds nanoseconds. */
        .realtime_ns = (uint64_t)header->ts.tv_sec * NS_PER_S + (uint64_t)header->ts.tv_usec,
    };
    return 1;
}

void capture_close(struct capture *capture)
{
    if (!capture)
        return;
    if (capture->pcap)
        pcap_close(capture->pcap);
    free(capture);
}
