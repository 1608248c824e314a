// SPDX-License-Identifier: GPL-2.0-or-later
/* hopwire sim run: runs any program on a host whose uplink is the simulated Internet. */
#include <string.h>

#include "base/log.h"
#include "base/options.h"
#include "base/stop_signal.h"
#include "command/commands.h"
#include "command/sim.h"
#include "sim/guest.h"
#include "sim/options.h"
#include "sim/topology.h"
#include "sim/uplink.h"

/* As in env(1) and timeout(1): lower exit codes are the command's own. */
enum { EXIT_OURS = 125 };

const struct option_table sim_run_option_table = {
    .command = "sim run",
    .operands = "-- COMMAND [ARGUMENT]…",
    .summary = "Runs COMMAND on a host whose default route leads into the simulated Internet, and exits "
               "with\nits status; 125 if that Internet cannot be made, 126 or 127 if COMMAND cannot be run.",
    .specs = sim_option_specs,
    .stop_at_operand = true,
};

static int run_guest(char **argv, const sigset_t *before)
{
    int status = EXIT_OURS;
    int error = guest_run(argv, before, &status);

    if (error)
        log_error("sim run: cannot start a process namespace: %s", strerror(-error));
    return status;
}

static int run_in(const struct sim_options *options, char **argv)
{
    struct sim_uplink *uplink;
    struct sim_topology topology;
    sigset_t before;
    int status = EXIT_OURS;

    if (sim_options_resolve(options, &topology))
        return EXIT_OURS;
    guest_hold_signals(&before);

    const struct sim_uplink_config config = sim_uplink_configure(options, &topology);
    if (sim_uplink_open(&uplink, &config) == 0) {
        if (sim_uplink_serve_sockets(uplink) == 0 && !stop_signal_pending())
            status = run_guest(argv, &before);
        sim_uplink_close(uplink);
    }
    sim_topology_free(&topology);

    /* A signal that came before the command was started. */
    int stopped = status == EXIT_OURS ? stop_signal_take() : 0;
    return stopped ? EXIT_SIGNAL + stopped : status;
}

int command_sim_run(int argc, char **argv)
{
    struct sim_options options = sim_options_default();
    int operands = options_parse(&sim_run_option_table, argc, argv, &options);

    if (operands < 0)
        return operands == OPTIONS_HELP ? EXIT_DONE : EXIT_OURS;
    if (!argv[operands]) {
        log_error("sim run: no command given (hopwire sim run [OPTIONS] -- COMMAND…)");
        return EXIT_OURS;
    }
    return run_in(&options, argv + operands);
}
