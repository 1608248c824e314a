// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/ethtool.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* `command` begins with its number, from which the kernel knows its size. */
static int ask(int fd, const char *name, void *command)
{
    struct ifreq request = {.ifr_data = command};

    snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
    return ioctl(fd, SIOCETHTOOL, &request) ? -errno : 0;
}

static void read_driver(int fd, const char *name, struct ethtool_facts *out)
{
    struct ethtool_drvinfo info = {.cmd = ETHTOOL_GDRVINFO};

    if (!ask(fd, name, &info))
        snprintf(out->driver, sizeof(out->driver), "%.*s", (int)sizeof(out->driver) - 1, info.driver);
}

static void read_channels(int fd, const char *name, struct ethtool_facts *out)
{
    struct ethtool_channels channels = {.cmd = ETHTOOL_GCHANNELS};

    if (ask(fd, name, &channels))
        return;
    out->rx_queues = channels.rx_count + channels.combined_count;
    out->tx_queues = channels.tx_count + channels.combined_count;
}

int ethtool_read(const char *name, struct ethtool_facts *out)
{
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    memset(out, 0, sizeof(*out));
    if (fd < 0)
        return -errno;
    read_driver(fd, name, out);
    read_channels(fd, name, out);
    close(fd);
    return 0;
}

static void read_rings(int fd, const char *name, struct ethtool_device *out)
{
    struct ethtool_ringparam rings = {.cmd = ETHTOOL_GRINGPARAM};

    if (ask(fd, name, &rings))
        return;
    out->rx_ring = rings.rx_pending;
    out->rx_ring_max = rings.rx_max_pending;
}

enum {
    LINK_MODE_WORDS = 381, /* three masks of at most 127 words (ETHTOOL_GLINKSETTINGS) */
};

/* The kernel answers the first question with the number of words of the link modes, and requires that number
 * in the second question. */
static void read_speed(int fd, const char *name, struct ethtool_device *out)
{
    union {
        struct ethtool_link_settings settings; /* followed by the words of the masks */
        uint8_t bytes[sizeof(struct ethtool_link_settings) + LINK_MODE_WORDS * sizeof(uint32_t)];
    } link = {.settings.cmd = ETHTOOL_GLINKSETTINGS};

    if (ask(fd, name, &link) || link.settings.link_mode_masks_nwords >= 0)
        return;
    link.settings.link_mode_masks_nwords = (int8_t)-link.settings.link_mode_masks_nwords;
    if (!ask(fd, name, &link) && link.settings.speed != (uint32_t)SPEED_UNKNOWN)
        out->speed_mbps = link.settings.speed;
}

static void read_flags(int fd, const char *name, struct ethtool_device *out)
{
    struct ethtool_value value = {.cmd = ETHTOOL_GFLAGS};

    out->large_receive = !ask(fd, name, &value) && (value.data & ETH_FLAG_LRO);
}

int ethtool_read_device(const char *name, struct ethtool_device *out)
{
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    memset(out, 0, sizeof(*out));
    if (fd < 0)
        return -errno;
    read_rings(fd, name, out);
    read_speed(fd, name, out);
    read_flags(fd, name, out);
    close(fd);
    return 0;
}

static int set(const char *name, uint32_t command, bool on)
{
    struct ethtool_value value = {.cmd = command, .data = on};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), error;

    if (fd < 0)
        return -errno;
    error = ask(fd, name, &value);
    close(fd);
    return error;
}

int ethtool_set_gro(const char *name, bool on)
{
    return set(name, ETHTOOL_SGRO, on);
}

int ethtool_set_tx_checksum(const char *name, bool on)
{
    return set(name, ETHTOOL_STXCSUM, on);
}
