// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/napi.h"

#include <errno.h>
#include <linux/genetlink.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "host/netlink.h"
#include "host/text_file.h"

/* From linux/netdev.h: numbers of the kernel's interface, which do not change. */
enum {
    NETDEV_NAPI_GET = 11,
    NETDEV_NAPI_SET = 14,
    NAPI_INTERFACE = 1,
    NAPI_ID = 2,
    NAPI_PID = 4,
    NAPI_THREADED = 8,
};

enum {
    INSTANCES_MAX = 256, /* more queues than our devices have */
    /* A softirq runs before every thread. At ordinary priority the thread would serve its ring late, and
     * senders that find the ring full would spend their time offering frames again. */
    NICE = -10,
};

struct instance {
    uint32_t id;
    uint32_t pid; /* 0: no thread */
};

struct instances {
    unsigned count;
    struct instance list[INSTANCES_MAX];
};

static void begin(struct netlink_request *request, uint16_t family, uint8_t command)
{
    struct genlmsghdr *generic = netlink_request_init(request, family, 0, sizeof(*generic));

    request->bus = NETLINK_GENERIC;
    *generic = (struct genlmsghdr){.cmd = command, .version = 1};
}

static int read_family(const struct nlmsghdr *message, void *family)
{
    return netlink_read(message, sizeof(struct genlmsghdr), CTRL_ATTR_FAMILY_ID, family, sizeof(uint16_t))
               ? 0
               : -EPROTO;
}

static int find_family(uint16_t *family)
{
    struct netlink_request request;
    int error;

    begin(&request, GENL_ID_CTRL, CTRL_CMD_GETFAMILY);
    mnl_attr_put_strz(&request.header, CTRL_ATTR_FAMILY_NAME, "netdev");
    error = netlink_query(&request, read_family, family);
    return error == -ENOENT ? -EOPNOTSUPP : error;
}

static int read_instance(const struct nlmsghdr *message, void *context)
{
    struct instances *instances = context;
    unsigned i = instances->count;

    if (i == INSTANCES_MAX)
        return -E2BIG;
    if (!netlink_read(message, sizeof(struct genlmsghdr), NAPI_ID, &instances->list[i].id, sizeof(uint32_t)))
        return -EPROTO;
    instances->list[i].pid = 0;
    netlink_read(message, sizeof(struct genlmsghdr), NAPI_PID, &instances->list[i].pid, sizeof(uint32_t));
    instances->count++;
    return 0;
}

static int by_age(const void *one, const void *other)
{
    uint32_t a = ((const struct instance *)one)->id, b = ((const struct instance *)other)->id;

    return (a > b) - (a < b);
}

/* In the order of creation, which is the order of queues: the kernel lists the youngest first. */
static int list_instances(uint16_t family, unsigned interface_index, struct instances *out)
{
    struct netlink_request request;
    int error;

    out->count = 0;
    begin(&request, family, NETDEV_NAPI_GET);
    mnl_attr_put_u32(&request.header, NAPI_INTERFACE, interface_index);
    error = netlink_dump(&request, read_instance, out);
    qsort(out->list, out->count, sizeof(out->list[0]), by_age);
    return error;
}

static int set_threaded(uint16_t family, uint32_t id)
{
    struct netlink_request request;
    int error;

    begin(&request, family, NETDEV_NAPI_SET);
    mnl_attr_put_u32(&request.header, NAPI_ID, id);
    mnl_attr_put_u32(&request.header, NAPI_THREADED, 1);
    error = netlink_change(&request);
    /* The kernel knows the command but not the attribute, or neither. */
    return error == -EINVAL ? -EOPNOTSUPP : error;
}

enum {
    START_TRIES = 100, /* a millisecond apart */
};

/* A kernel thread sets its CPUs when it first runs (kthread_affine_node(), since Linux 6.14), which would
 * undo a setting made before. Once it has run, it sleeps. */
static void wait_until_asleep(uint32_t pid)
{
    char path[32], line[256];

    snprintf(path, sizeof(path), "/proc/%u/stat", pid);
    for (int i = 0; i < START_TRIES && !text_file_read(path, line, sizeof(line)); i++) {
        const char *state = strrchr(line, ')');

        if (state && (strncmp(state, ") S", 3) == 0 || strncmp(state, ") I", 3) == 0))
            return;
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
}

static int place(const struct instances *instances, const cpu_set_t cpus[], unsigned count)
{
    for (unsigned i = 0; i < instances->count; i++) {
        const cpu_set_t *here = &cpus[i % count];
        uint32_t pid = instances->list[i].pid;

        if (!pid)
            return -ESRCH;
        wait_until_asleep(pid);
        if (CPU_COUNT(here) && sched_setaffinity((pid_t)pid, sizeof(*here), here))
            return -errno;
        (void)setpriority(PRIO_PROCESS, pid, NICE); /* needs CAP_SYS_NICE; works without */
    }
    return 0;
}

int napi_give_threads(unsigned interface_index, const cpu_set_t cpus[], unsigned count)
{
    struct instances instances;
    uint16_t family = 0;
    int error = find_family(&family);

    if (!error)
        error = list_instances(family, interface_index, &instances);
    if (!error && !instances.count)
        error = -ENOENT;
    for (unsigned i = 0; !error && i < instances.count; i++)
        error = set_threaded(family, instances.list[i].id);
    if (!error)
        error = list_instances(family, interface_index, &instances); /* now with their threads */
    return error ? error : place(&instances, cpus, count);
}
