// SPDX-License-Identifier: GPL-2.0-or-later
#include "command/target_options.h"

#include <errno.h>
#include <string.h>

#include "base/exit_code.h"
#include "base/number.h"
#include "command/lists.h"
#include "session/refuse.h"

int option_host6(const struct option_spec *spec, const char *text, void *field, struct error_text *error)
{
    (void)spec;
    if (host6_parse(text, field))
        return 0;
    return error_text_set(error, -EINVAL,
                          "'%s' is not " HOST6_NAME_RANDOM ", " HOST6_NAME_LOW ", " HOST6_NAME_EUI
                          " or an interface identifier such as ::1",
                          text);
}

static bool is_stdin(const char *path)
{
    return path && strcmp(path, "-") == 0;
}

static int check(const char *command, const struct target_options *options)
{
    unsigned from_stdin = is_stdin(options->targets_file);

    for (size_t i = 0; i < options->blocklists.count; i++)
        from_stdin += is_stdin(options->blocklists.values[i]);
    if (options->ipv4 && options->ipv6)
        return command_refuse(command, "-4 and -6 exclude each other");
    /* The second reader of stdin would get nothing, and the survey would probe what it must not. */
    if (from_stdin > 1)
        return command_refuse(command, "only one of --targets and the files of --blocklist can be stdin");
    return EXIT_DONE;
}

int target_options_read(const char *command, const struct target_options *options, char **operands,
                        struct prefix_list *targets, struct prefix_list *blocked)
{
    int result = check(command, options);

    if (options->ipv4 || options->ipv6)
        targets->only = options->ipv4 ? FAMILY_IPV4 : FAMILY_IPV6;
    if (!result)
        result = command_read_arguments(command, operands, targets);
    if (!result)
        result = command_read_list(command, "--targets", options->targets_file, targets);
    for (size_t i = 0; !result && i < options->blocklists.count; i++)
        result = command_read_list(command, "--blocklist", options->blocklists.values[i], blocked);
    return result;
}

void target_options_plan(const struct target_options *options, struct plan_config *config)
{
    config->granularity = options->granularity;
    config->granularity6 = options->granularity6;
    config->per_prefix = options->per_prefix;
    config->host6 = options->host6;
    config->allow_special = options->allow_special;
}

int target_options_refuse_many(const char *command)
{
    char most[NUMBER_TEXT_SIZE];

    return command_refuse(
        command,
        "more than %s targets: --per-prefix N draws N in each given prefix of IPv6, a lower "
        "--granularity6 makes its blocks larger",
        number_group(TARGETS_MAX, most));
}
