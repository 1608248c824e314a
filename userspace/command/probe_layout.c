// SPDX-License-Identifier: GPL-2.0-or-later
#include "command/probe_layout.h"

#include "base/exit_code.h"
#include "session/refuse.h"

static int check_flows(const char *command, const struct layout_choice *choice, unsigned flows)
{
    unsigned most = choice->layout->max_flow(choice->port) + 1;

    if (flows <= most)
        return EXIT_DONE;
    if (choice->port)
        return command_refuse(command, "--flows %u: probes by %s to port %u allow at most %u", flows,
                              choice->layout->name, choice->port, most);
    return command_refuse(command, "--flows %u: probes by %s allow at most %u", flows, choice->layout->name,
                          most);
}

int command_choose_layout(const char *command, const struct probe_options *options, unsigned flows,
                          struct layout_choice *out)
{
    const struct layout *layout =
        options->name ? layout_by_name(options->name, FAMILY_IPV4) : &layouts[LAYOUT_USUAL];

    if (options->port && !layout->usual_port)
        return command_refuse(command, "--port: probes by %s have no ports", layout->name);
    out->layout = layout;
    out->port = options->port ? (uint16_t)options->port : layout->usual_port;
    return check_flows(command, out, flows);
}
