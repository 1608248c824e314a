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

#include "packet/link_layer.h"
#include "protocol.h"
#include "receive/pcap_file.h"
#include "receive/pcapng_file.h"

enum {
    MAGIC = 4, /* bytes that determine which of the two formats it is */
};

struct capture {
    const char *path;
    int fd; /* can be read again from `start` on */
    off_t start;
    struct capture_bytes bytes;
    bool is_pcapng; /* the format: pcapng or pcap */
    struct pcap_file pcap;
    struct pcapng_file pcapng;
    struct captured_frame first; /* read already, with `first_result` and its reason */
    int first_result;
    bool first_taken;
    struct error_text reason;
    struct captured_unknown unknown;
};

/* Copies input that can be read only once to a file without a name; takes over `fd`. */
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

static int begin_reading(struct capture *capture)
{
    int fd = fcntl(capture->fd, F_DUPFD_CLOEXEC, 0), error = fd < 0 ? -errno : 0;

    if (!error && lseek(fd, capture->start, SEEK_SET) < 0)
        error = -errno;
    if (error && fd >= 0)
        close(fd);
    return error ? error : capture_bytes_begin(&capture->bytes, fd);
}

static int find_reader(struct capture *capture, struct error_text *error)
{
    const uint8_t *magic;
    int result = capture_bytes_look(&capture->bytes, MAGIC, &magic);

    if (result == 0 || result == -ENODATA)
        return error_text_set(error, -EINVAL, "%s: truncated: it ends before a capture begins",
                              capture->path);
    if (result < 0)
        return error_text_set(error, -EINVAL, "%s: %s", capture->path, unpacked_file_strerror(result));
    capture->is_pcapng = pcapng_file_is(magic);
    if (!capture->is_pcapng && !pcap_file_is(magic))
        return error_text_set(error, -EINVAL, "%s: unknown file format: neither pcap nor pcapng",
                              capture->path);
    if (capture->is_pcapng || !pcap_file_begin(&capture->pcap, &capture->bytes, &capture->reason))
        return 0;
    return error_text_set(error, -EINVAL, "%s: %s", capture->path, capture->reason.text);
}

static int read_frame(struct capture *capture, struct captured_frame *out)
{
    return capture->is_pcapng ? pcapng_file_next(&capture->pcapng, &capture->bytes, out, &capture->reason)
                              : pcap_file_next(&capture->pcap, &capture->bytes, out, &capture->reason);
}

/* Returns the link type of each interface described so far; -1 behind the last. */
static int link_type_at(const struct capture *capture, size_t interface)
{
    if (capture->is_pcapng)
        return pcapng_file_link_type(&capture->pcapng, interface);
    return interface == 0 ? capture->pcap.link_type : -1;
}

/* Only the names come from libpcap, which reads just one link type per file and no compressed files. */
static int refuse_link(const struct capture *capture, int number, struct error_text *error)
{
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

/* In a file of several interfaces, one supported link type is enough. */
static int check_links(const struct capture *capture, struct error_text *error)
{
    int first = link_type_at(capture, 0), type;

    for (size_t i = 0; (type = link_type_at(capture, i)) >= 0; i++)
        if (link_layer_find(type))
            return 0;
    return first < 0 ? 0 : refuse_link(capture, first, error);
}

static void end_reading(struct capture *capture)
{
    pcapng_file_end(&capture->pcapng);
    capture_bytes_end(&capture->bytes);
}

/* The first packet is read at once, because the link types become known with it. */
int capture_rewind(struct capture *capture, struct error_text *error)
{
    end_reading(capture);
    capture->unknown = (struct captured_unknown){0};
    capture->first_taken = false;

    int result = begin_reading(capture);
    if (result)
        return error_text_set(error, -EINVAL, "%s: %s", capture->path, strerror(-result));
    result = find_reader(capture, error);
    if (result)
        return result;
    capture->first_result = read_frame(capture, &capture->first);
    return check_links(capture, error);
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

static int next_frame(struct capture *capture, struct captured_frame *out)
{
    if (capture->first_taken)
        return read_frame(capture, out);
    capture->first_taken = true;
    *out = capture->first;
    return capture->first_result;
}

static int say_damage(const struct capture *capture, int result, struct error_text *error)
{
    if (result == -ENODATA)
        return error_text_set(error, result, "%s: truncated", capture->path);
    return error_text_set(error, -EINVAL, "%s: %s", capture->path,
                          result == -EINVAL ? capture->reason.text : unpacked_file_strerror(result));
}

/* Protocols that every network has and that carry no IP. PPPoE's control protocols are among them. An EtherType
 * of 0 is none, and small ones are lengths (IEEE 802.3, section 3.2.6). */
static bool has_no_ip(uint16_t ethertype)
{
    static const uint16_t others[] = {
        ETHERTYPE_ARP, ETHERTYPE_PPPOE_SESSION, 0x8035, /* RARP */
        0x8809,                                         /* slow protocols, such as LACP */
        0x8863,                                         /* PPPoE discovery */
        0x888e,                                         /* 802.1X */
        0x88cc,                                         /* LLDP */
        0x88f7,                                         /* PTP */
        0x9000, /* configuration test, which switches send as keepalives */
    };

    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (ethertype == others[i])
            return true;
    return ethertype < 0x0600;
}

int capture_next(struct capture *capture, struct captured_packet *out, struct error_text *error)
{
    struct captured_frame frame;
    int result = next_frame(capture, &frame);

    if (result != 1)
        return result ? say_damage(capture, result, error) : 0;

    const struct link_layer *link = link_layer_find(frame.link_type);
    uint16_t stopped = 0;
    const uint8_t *end = frame.data + frame.length;
    const uint8_t *ip = link ? link->find_ip(frame.data, end, &stopped) : NULL;

    if (!link && !capture->unknown.packets++)
        capture->unknown.link_type = frame.link_type;
    if (link && !ip && !has_no_ip(stopped) && !capture->unknown.inside++)
        capture->unknown.ethertype = stopped;
    *out = (struct captured_packet){
        .ip = ip ? ip : end,
        .length = ip ? (size_t)(end - ip) : 0,
        .realtime_ns = frame.realtime_ns,
    };
    return 1;
}

struct captured_unknown capture_unknown(const struct capture *capture)
{
    return capture->unknown;
}

void capture_close(struct capture *capture)
{
    if (!capture)
        return;
    end_reading(capture);
    if (capture->fd >= 0)
        close(capture->fd);
    free(capture);
}
