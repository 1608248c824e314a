// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/netns.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include "host/link.h"

enum {
    LOOPBACK_INDEX = 1, /* in every namespace */
};

int netns_open_current(void)
{
    int fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);

    return fd < 0 ? -errno : fd;
}

int netns_enter(int netns_fd)
{
    return setns(netns_fd, CLONE_NEWNET) ? -errno : 0;
}

/* Opens the new namespace, which the thread is in now. */
static int open_prepared(void)
{
    int error = link_set_up(LOOPBACK_INDEX);

    return error ? error : netns_open_current();
}

static int create_and_return_to(int home_fd)
{
    int fd, error;

    if (unshare(CLONE_NEWNET))
        return -errno;
    fd = open_prepared();
    error = netns_enter(home_fd);
    if (!error)
        return fd;
    if (fd >= 0)
        close(fd);
    return error;
}

int netns_create(void)
{
    int home_fd = netns_open_current(), fd;

    if (home_fd < 0)
        return home_fd;
    fd = create_and_return_to(home_fd);
    close(home_fd);
    return fd;
}
