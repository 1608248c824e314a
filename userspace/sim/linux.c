// SPDX-License-Identifier: GPL-2.0-or-later
/* The kind "linux": a number of routers, or a diamond. linux_world.c builds the network. */
#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "base/options.h"
#include "sim/kind.h"

static int make_linux(const struct sim_behaviour *behaviour, const char *argument,
                      struct sim_topology *topology)
{
    static const struct option_spec number = {.min = 1, .max = SIM_LINUX_MAX_ROUTERS};
    bool diamond = strcmp(argument, "diamond") == 0;
    struct error_text error;
    uint32_t routers = 3;

    (void)behaviour;
    if (!diamond && option_number(&number, argument, &routers, &error)) {
        log_error("sim: topology 'linux:%s': not a number of routers from 1 to %d, nor diamond", argument,
                  SIM_LINUX_MAX_ROUTERS);
        return -EINVAL;
    }
    *topology = (struct sim_topology){.kind = SIM_LINUX, .linux_routers = {routers, diamond}};
    return 0;
}

const struct sim_kind sim_kind_linux = {.name = "linux",
                                        .argument = ":N|diamond",
                                        .help = "real Linux routers, in a row or load-balancing",
                                        .make = make_linux,
                                        .as_given = true,
                                        .kernel = true};
