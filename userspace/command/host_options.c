// SPDX-License-Identifier: GPL-2.0-or-later
#include "command/host_options.h"

#include <string.h>

#include "base/address_text.h"
#include "base/log.h"
#include "base/number.h"
#include "command/commands.h"
#include "command/probe_layout.h"
#include "host/fib.h"
#include "host/own_address.h"
#include "host/privilege.h"
#include "session/refuse.h"

int host_options_hosts(const char *command, const struct host_options *options,
                       const struct layout_choice *layout, char **operands, struct hosts *hosts)
{
    const struct layout_pair pair = layout_pair_of(layout);
    const struct hosts_config config = {
        .layouts = &pair,
        .ipv4 = options->ipv4,
        .ipv6 = options->ipv6,
        .interface = options->interface,
        .sources = options->sources,
        .protocol = layout->layout->protocol,
        .one_by_one = !privilege_administers_network(),
        .broadcast = options->broadcast,
        .broadcast_hint = options->broadcast_hint,
        .port = layout->port && fib_looks_at_ports() ? layout->port : 0,
    };
    struct error_text error;

    if (options->ipv4 && options->ipv6)
        return command_refuse(command, "-4 and -6 exclude each other");
    hosts->is_list = options->targets_file || (operands[0] && operands[1]);
    for (; *operands; operands++)
        if (hosts_take(hosts, &config, *operands, "", &error))
            return command_refuse(command, "%s", error.text);
    if (options->targets_file && hosts_read_file(hosts, &config, options->targets_file, &error))
        return command_refuse(command, "--targets: %s", error.text);
    for (size_t i = 0; i < hosts->unprobed_count; i++)
        log_error("%s: %s", command, hosts->unprobed[i].reason);
    if (!hosts->count && hosts->unprobed_count)
        return EXIT_UNUSABLE;
    if (!hosts->count && options->targets_file)
        return command_refuse(command, "--targets: there is no host in %s", options->targets_file);
    if (!hosts->count)
        return command_refuse(command,
                              "no host: give names or addresses, or --targets FILE (see 'hopwire %s --help')",
                              command);
    if (hosts->elsewhere)
        log_warning("routing rules (ip rule) depend on ports, which the kernel does not see in probes of %s: "
                    "%zu of %zu host%s %s probed by another route than programs' packets take",
                    command, hosts->elsewhere, hosts->count, plural(hosts->count),
                    plural_form(hosts->elsewhere, "is", "are"));
    return EXIT_DONE;
}

static int check_source(const char *command, struct address source)
{
    char text[ADDRESS_TEXT_SIZE];

    if (address_is_none(source) || address_is_own(source))
        return EXIT_DONE;
    address_format(source, text);
    return command_refuse(command,
                          "--source-ip: %s is not an address of this host: only root, or a process with "
                          "CAP_NET_ADMIN, may use the address of another host",
                          text);
}

int host_options_allowed(const char *command, const struct host_options *options, double rate)
{
    if (privilege_administers_network())
        return EXIT_DONE;
    int result = check_source(command, options->sources.ipv4);
    if (result == EXIT_DONE)
        result = check_source(command, options->sources.ipv6);
    if (result != EXIT_DONE)
        return result;
    if (!(rate <= LIMITED_RATE))
        return command_refuse(
            command,
            "--rate: at most %d probes per second: only root, or a process with CAP_NET_ADMIN, may send more",
            LIMITED_RATE);
    return EXIT_DONE;
}

int host_options_layout(const char *command, const struct host_options *options, const char *usual,
                        struct layout_choice *out)
{
    const struct {
        bool given;
        const char *name;
    } asked[] = {
        {options->probe, options->probe},
        {options->udp, "udp"},
        {options->icmp, "icmp"},
        {options->tcp, "tcp-syn"},
    };
    struct probe_options probe = {.name = usual, .port = options->port};
    unsigned given = 0;

    for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
        given += asked[i].given;
        probe.name = asked[i].given ? asked[i].name : probe.name;
    }
    if (given > 1)
        return command_refuse(command, "UDP, ICMP, TCP and --probe exclude each other");
    return command_choose_layout(command, &probe, 1, out);
}
