// SPDX-License-Identifier: GPL-2.0-or-later
#include "command/prometheus_options.h"

#include "base/exit_code.h"
#include "metrics/prometheus_listen.h"
#include "session/refuse.h"

int prometheus_options_choose(const char *command, const struct prometheus_options *options,
                              struct socket_address *address, struct prometheus_config *out)
{
    if (options->listen && !prometheus_listen_parse(options->listen, address))
        return command_refuse(command,
                              "--prometheus-listen: '%s' is not [ADDRESS:]PORT such as 127.0.0.1:9464",
                              options->listen);
    *out = (struct prometheus_config){.path = options->file, .listen = options->listen ? address : NULL};
    return EXIT_DONE;
}
