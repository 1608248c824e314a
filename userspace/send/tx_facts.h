// SPDX-License-Identifier: GPL-2.0-or-later
/* What decides how probes best leave: facts of the host, its devices and the task, for tx_choose()
 * (tx_choice.h). */
#pragma once

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#include "host/link.h"
#include "packet/layout.h"

/* A device by which probes leave. */
struct tx_device {
    char name[IF_NAMESIZE];
    char driver[32];     /* "" where it does not tell */
    bool bundle;         /* a bond or team */
    bool told;           /* `features` are known: kernels before 6.3 do not tell */
    uint64_t features;   /* enum xdp_feature */
    unsigned queues;     /* RX or TX, whichever are fewer */
    uint32_t mtu;        /* bytes */
    uint32_t speed_mbps; /* 0: not known */
};

struct tx_facts {
    const struct layout *layout; /* of the longest probes */
    bool simulated;              /* the simulated Internet: both ends are here */
    bool live_end;               /* its end takes live frames */
    double rate; /* probes per second of all senders; INFINITY: as fast as possible; NAN: to be found */
    unsigned senders;
    unsigned cpus;                   /* that the threads may run on */
    unsigned missing;                /* a set of enum privilege: not held */
    unsigned ways;                   /* interfaces and next hops */
    const struct tx_device *devices; /* of these ways, each once */
    unsigned device_count;           /* at least 1, but in the simulated Internet */
};

/* tx_facts_of_host() fills in the CPUs and privileges of the calling thread; where they cannot be read there
 * are none. tx_device_read() asks the kernel and the driver about a device. */
void tx_facts_of_host(struct tx_facts *facts);
void tx_device_read(const struct link_info *link, struct tx_device *out);
