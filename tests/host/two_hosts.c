// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/two_hosts.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "addresses.h"
#include "base/clock.h"
#include "host/link.h"
#include "host/netns.h"
#include "host/own_address.h"

/* The kernel sends no neighbour solicitation before its device has a link-local address. If it makes that
 * address itself, it checks for one to two seconds that no other host has it. */
#define LINK_LOCAL(last) IPV6(0xfe80000000000000, last)

enum {
    PATIENCE_MS = 10000,
};

struct link_state wait_for_carrier(unsigned index, bool carrier)
{
    struct link_state state;

    for (int tick = 0; tick < PATIENCE_MS; tick++) {
        cr_assert_eq(link_state(NULL, index, &state), 0);
        if (state.carrier == carrier)
            break;
        nanosleep(&(struct timespec){.tv_nsec = (long)NS_PER_MS}, NULL);
    }
    cr_assert_eq(state.carrier, carrier);
    return state;
}

static struct link_info bring_up(const char *name, struct address ipv4, struct address ipv6)
{
    struct link_info link;

    cr_assert_eq(link_by_name(name, &link), 0);
    cr_assert_eq(link_set_up(link.index), 0);
    cr_assert_eq(link_add_address(link.index, ipv4, 24), 0);
    cr_assert_eq(address_add(link.index, ipv6, 64, PATIENCE_MS), 0);
    cr_assert_eq(address_add(link.index, LINK_LOCAL(0x100 + ipv6.low), 64, PATIENCE_MS), 0);
    return link;
}

void two_hosts_make(struct two_hosts *hosts)
{
    struct link_info far;

    hosts->near_netns = netns_create();
    hosts->far_netns = netns_create();
    cr_assert(hosts->near_netns >= 0 && hosts->far_netns >= 0, "these tests need root");
    cr_assert_eq(netns_enter(hosts->near_netns), 0);
    cr_assert_eq(link_create_veth("near", "far", hosts->far_netns, 1), 0);
    cr_assert_eq(netns_enter(hosts->far_netns), 0);
    far = bring_up("far", FAR_ADDRESS, FAR_ADDRESS6);
    hosts->far_index = far.index;
    memcpy(hosts->far_mac, far.mac, sizeof(far.mac));
    cr_assert_eq(netns_enter(hosts->near_netns), 0);
    hosts->near_index = bring_up("near", NEAR_ADDRESS, NEAR_ADDRESS6).index;
    wait_for_carrier(hosts->near_index, true);
}

void drop_capability(unsigned capability)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct words[_LINUX_CAPABILITY_U32S_3];
    struct __user_cap_data_struct *word = &words[CAP_TO_INDEX(capability)];

    cr_assert_eq(syscall(SYS_capget, &header, words), 0);
    word->effective &= ~CAP_TO_MASK(capability);
    word->permitted &= ~CAP_TO_MASK(capability);
    cr_assert_eq(syscall(SYS_capset, &header, words), 0);
}

unsigned open_descriptors(void)
{
    DIR *directory = opendir("/proc/self/fd");
    unsigned count = 0;

    cr_assert_not_null(directory);
    while (readdir(directory))
        count++;
    closedir(directory);
    return count - 3; /* ".", ".." and the directory itself */
}
