// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/vlan_filter.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/if_packet.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define FEATURE "rx-vlan-filter"

enum {
    FEATURES_MAX = 1024, /* the kernel had 64 in 2023 */
    FEATURE_BLOCKS = FEATURES_MAX / 32,
};

static int ask(int fd, const char *name, void *command)
{
    struct ifreq request = {.ifr_data = command};

    snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
    return ioctl(fd, SIOCETHTOOL, &request) ? -errno : 0;
}

/* Returns how many features the kernel knows, or a negative errno. */
static int feature_count(int fd, const char *name)
{
    union {
        struct ethtool_sset_info info;
        uint8_t bytes[sizeof(struct ethtool_sset_info) + sizeof(uint32_t)];
    } set = {.info = {.cmd = ETHTOOL_GSSET_INFO, .sset_mask = 1ULL << ETH_SS_FEATURES}};
    int error = ask(fd, name, &set);
    uint32_t count;

    if (error)
        return error;
    memcpy(&count, set.bytes + sizeof(set.info), sizeof(count));
    return set.info.sset_mask && count <= FEATURES_MAX ? (int)count : -EOPNOTSUPP;
}

/* Returns the number of the feature's bit in the masks. */
static int feature_bit(int fd, const char *name, int count)
{
    struct ethtool_gstrings *strings = calloc(1, sizeof(*strings) + (size_t)count * ETH_GSTRING_LEN);
    int error, bit = 0;

    if (!strings)
        return -ENOMEM;
    *strings = (struct ethtool_gstrings){
        .cmd = ETHTOOL_GSTRINGS, .string_set = ETH_SS_FEATURES, .len = (uint32_t)count};
    error = ask(fd, name, strings);
    while (!error && bit < count &&
           strncmp((const char *)strings->data + (size_t)bit * ETH_GSTRING_LEN, FEATURE, ETH_GSTRING_LEN) !=
               0)
        bit++;
    free(strings);
    return error ? error : bit < count ? bit : -EOPNOTSUPP;
}

static int feature_is_on(int fd, const char *name, unsigned bit)
{
    union {
        struct ethtool_gfeatures features;
        uint8_t bytes[sizeof(struct ethtool_gfeatures) +
                      FEATURE_BLOCKS * sizeof(struct ethtool_get_features_block)];
    } asked = {.features = {.cmd = ETHTOOL_GFEATURES, .size = FEATURE_BLOCKS}};
    struct ethtool_get_features_block block;
    int error = ask(fd, name, &asked);

    if (error)
        return error;
    memcpy(&block, asked.bytes + sizeof(asked.features) + bit / 32 * sizeof(block), sizeof(block));
    return (block.active >> bit % 32 & 1) ? 1 : 0;
}

int vlan_filter_is_on(const char *name)
{
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return -errno;
    int result = feature_count(fd, name);
    if (result > 0)
        result = feature_bit(fd, name, result);
    if (result >= 0)
        result = feature_is_on(fd, name, (unsigned)result);
    close(fd);
    return result;
}

int vlan_filter_lift(unsigned interface_index)
{
    const struct packet_mreq all = {.mr_ifindex = (int)interface_index, .mr_type = PACKET_MR_PROMISC};
    /* With protocol 0 the socket receives nothing. */
    int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return -errno;
    if (setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &all, sizeof(all))) {
        int error = -errno;

        close(fd);
        return error;
    }
    return fd;
}
