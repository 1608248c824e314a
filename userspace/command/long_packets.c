// SPDX-License-Identifier: GPL-2.0-or-later
#include "command/long_packets.h"

#include <math.h>
#include <string.h>

#include "base/log.h"
#include "command/commands.h"
#include "command/host_options.h"
#include "host/path_mtu.h"
#include "host/privilege.h"
#include "packet/fragments.h"
#include "session/refuse.h"

static int refuse_long(const char *command, const struct host *host, const struct long_packets *packets,
                       unsigned mtu)
{
    enum address_family family = address_family(host->address);
    unsigned headers =
        packets->layouts ? layout_of_family(packets->layouts, family)->layout->tracked->headers : 0;
    unsigned most = mtu > headers ? mtu - headers : 0;

    if (packets->forbidding)
        return command_refuse(command,
                              "%s forbids fragments, but packets of %u bytes are longer than the MTU towards "
                              "%s, %u: give at most %s %u",
                              packets->forbidding, host->size, host->name, mtu, packets->option, most);
    return command_refuse(command,
                          "%s is the address of many hosts, to which no fragments are sent, but packets of "
                          "%u bytes are longer than its MTU, %u: give at most %s %u",
                          host->name, host->size, mtu, packets->option, most);
}

/* If the kernel does not know the MTU, errors of sending will show it. */
static int check_hosts(const char *command, const struct hosts *hosts, const struct long_packets *packets,
                       const struct path_mtu *path_mtu, unsigned *fragments)
{
    int result = EXIT_DONE;

    for (size_t i = 0; result == EXIT_DONE && i < hosts->count; i++) {
        const struct host *host = &hosts->list[i];
        enum address_family family = address_family(host->address);
        int mtu = path_mtu_get(path_mtu, host->address, hosts->scopes[host->lane]);

        if (mtu < (int)fragments_least_mtu(family) || host->size <= (unsigned)mtu)
            continue;
        if (packets->forbidding || host->is_many)
            result = refuse_long(command, host, packets, (unsigned)mtu);
        unsigned least = path_mtu_least(family);
        bool may_shrink = packets->discovers && (unsigned)mtu > least;
        unsigned count = fragments_count(family, host->size, may_shrink ? least : (unsigned)mtu);
        if (count > *fragments)
            *fragments = count;
    }
    return result;
}

int long_packets_check(const char *command, const struct hosts *hosts, const struct long_packets *packets,
                       double *rate)
{
    struct path_mtu path_mtu;
    unsigned fragments = 1;

    int error = path_mtu_open(&path_mtu, packets->interface);
    if (error) {
        log_error("%s: cannot look up the MTU of paths: %s", command, strerror(-error));
        return EXIT_FAILED;
    }
    int result = check_hosts(command, hosts, packets, &path_mtu, &fragments);
    path_mtu_close(&path_mtu);
    if (!privilege_administers_network())
        *rate = fmin(*rate, (double)LIMITED_RATE / fragments);
    return result;
}
