// SPDX-License-Identifier: GPL-2.0-or-later
/* The facts by which tx_choose() (tx_choice.h) decides how probes leave: about the host, its devices and the
 * task. */
#pragma once

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#include "host/link.h"
#include "packet/layout.h"

/* A device by which probes leave. */
struct tx_device {
    char name[IF_NAMESIZE];
    char driver[32];     /* "" if unknown */
    bool bundle;         /* a bond or team */
    bool told;           /* `features` are known; kernels before 6.3 do not report them */
    uint64_t features;   /* enum xdp_feature */
    unsigned queues;     /* RX or TX queues, whichever are fewer */
    uint32_t mtu;        /* bytes */
    uint32_t speed_mbps; /* 0: not known */
};

struct tx_facts {
    const struct layout *layout; /* of the longest probes */
    bool simulated;              /* the simulated Internet: both ends are on this host */
    bool live_end;               /* its end accepts live frames */
    double rate; /* probes per second of all senders; INFINITY: as fast as possible; NAN: to be found out */
    unsigned senders;
    unsigned cpus;                   /* that the threads may use */
    unsigned missing;                /* a set of enum privilege that this process lacks */
    bool no_types;                   /* the kernel offers no BTF (host/kernel_types.h) */
    unsigned ways;                   /* interfaces and next hops */
    const struct tx_device *devices; /* of these ways, each once */
    unsigned device_count;           /* at least 1, except in the simulated Internet */
};

/* tx_facts_of_host() fills in the CPUs and privileges of the calling thread, and whether the kernel has BTF;
 * what cannot be read counts as none. tx_device_read() asks the kernel and the driver about a device. */
void tx_facts_of_host(struct tx_facts *facts);
void tx_device_read(const struct link_info *link, struct tx_device *out);
