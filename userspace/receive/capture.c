// SPDX-License-Identifier: GPL-2.0-or-later
#include "receive/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pcap/pcap.h>

#include "base/clock.h"
#include "packet/link_layer.h"

struct capture {
    const char *path;
    int fd; /* which can be read again from `start` on */
    off_t start;
    pcap_t *pcap;
    const struct link_layer *link;
};

/* Copies what can be read once into a file without a name; takes `fd`. */
static int spool(int fd)
{
    FILE *file = tmpfile();
    char buffer[1 << 16];
    ssize_t count = file ? 0 : -1;

    while (file && (count = read(fd, buffer, sizeof(buffer))) > 0)
        if (fwrite(buffer, 1, (size_t)count, file) != (size_t)count)
            break;
    bool copied = file && count == 0 && fflush(file) == 0;
    int copy = copied ? fcntl(fileno(file), F_DUPFD_CLOEXEC, 0) : -1, error = errno;

    if (file)
        fclose(file);
    close(fd);
    errno = error;
    return copy;
}

static int open_file(struct capture *capture)
{
    bool is_stdin = strcmp(capture->path, "-") == 0;

    capture->fd =
        is_stdin ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0) : open(capture->path, O_RDONLY | O_CLOEXEC);
    if (capture->fd < 0)
        return -errno;
    capture->start = lseek(capture->fd, 0, SEEK_CUR);
    if (capture->start >= 0)
        return 0;
    capture->start = 0;
    capture->fd = spool(capture->fd);
    return capture->fd < 0 ? -errno : 0;
}

/* libpcap closes the file that it was given. */
static pcap_t *open_pcap(const struct capture *capture, char reason[PCAP_ERRBUF_SIZE])
{
    int fd = fcntl(capture->fd, F_DUPFD_CLOEXEC, 0);
    FILE *file = fd < 0 || lseek(fd, capture->start, SEEK_SET) < 0 ? NULL : fdopen(fd, "rb");
    pcap_t *pcap = NULL;

    if (file)
        pcap = pcap_fopen_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO, reason);
    else
        snprintf(reason, PCAP_ERRBUF_SIZE, "%s", strerror(errno));
    if (!pcap && file)
        fclose(file);
    else if (!pcap && fd >= 0)
        close(fd);
    return pcap;
}

static int refuse_link(const struct capture *capture, struct error_text *error)
{
    int number = pcap_datalink(capture->pcap);
    const char *name = pcap_datalink_val_to_name(number);
    const char *meaning = pcap_datalink_val_to_description(number);

    if (name)
        return error_text_set(
            error, -EINVAL,
            "%s: packets of link type %d, %s (%s), are not decoded: capture on Ethernet, or raw IP",
            capture->path, number, name, meaning ? meaning : name);
    return error_text_set(error, -EINVAL, "%s: link type %d is unknown: capture on Ethernet, or raw IP",
                          capture->path, number);
}

int capture_rewind(struct capture *capture, struct error_text *error)
{
    char reason[PCAP_ERRBUF_SIZE] = "";

    if (capture->pcap)
        pcap_close(capture->pcap);
    capture->pcap = open_pcap(capture, reason);
    if (!capture->pcap)
        return error_text_set(error, -EINVAL, "%s: %s", capture->path, reason);
    capture->link = link_layer_find(pcap_datalink(capture->pcap));
    return capture->link ? 0 : refuse_link(capture, error);
}

int capture_open(struct capture **out, const char *path, struct error_text *error)
{
    struct capture *capture = calloc(1, sizeof(*capture));

    if (!capture)
        return error_text_set(error, -ENOMEM, "out of memory");
    capture->path = path;
    int result = open_file(capture);
    if (result)
        error_text_set(error, -EINVAL, "%s: %s", path, strerror(-result));
    else
        result = capture_rewind(capture, error);
    if (result)
        capture_close(capture);
    else
        *out = capture;
    return result ? -EINVAL : 0;
}

int capture_next(struct capture *capture, struct captured_packet *out, struct error_text *error)
{
    struct pcap_pkthdr *header;
    const u_char *data;
    int result = pcap_next_ex(capture->pcap, &header, &data);

    if (result == PCAP_ERROR_BREAK)
        return 0;
    if (result != 1) {
        const char *reason = pcap_geterr(capture->pcap);

        return error_text_set(error, strstr(reason, "truncated") ? -ENODATA : -EINVAL, "%s: %s",
                              capture->path, reason);
    }

    const uint8_t *end = data + header->caplen, *ip = capture->link->find_ip(data, end);
    *out = (struct captured_packet){
        .ip = ip ? ip : end,
        .length = ip ? (size_t)(end - ip) : 0,
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
    if (capture->fd >= 0)
        close(capture->fd);
    free(capture);
}
