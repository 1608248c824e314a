// SPDX-License-Identifier: GPL-2.0-or-later
/* hopwire completion: prints a script that lets a shell complete commands, options and their values. */
#include "command/completion.h"

#include "base/enum_table.h"
#include "session/refuse.h"

/* By the place in shells(). */
enum {
    SHELL_BASH,
    SHELL_ZSH,
    SHELL_FISH,
    SHELLS,
};

static void (*const printers[])(void) = {
    [SHELL_BASH] = completion_print_bash,
    [SHELL_ZSH] = completion_print_zsh,
    [SHELL_FISH] = completion_print_fish,
};
ENUM_TABLE(printers, SHELLS);

static bool shells(size_t position, struct choice *out)
{
    static const struct choice list[] = {
        [SHELL_BASH] = {.name = "bash", .help = "for /usr/share/bash-completion/completions/hopwire"},
        [SHELL_ZSH] = {.name = "zsh", .help = "for /usr/share/zsh/site-functions/_hopwire"},
        [SHELL_FISH] = {.name = "fish", .help = "for /usr/share/fish/vendor_completions.d/hopwire.fish"},
    };

    ENUM_TABLE(list, SHELLS);
    return choice_of(list, sizeof(list) / sizeof(list[0]), position, out);
}

static const struct option_spec specs[] = {{0}};

const struct option_table completion_option_table = {
    .command = "completion",
    .operands = "SHELL",
    .summary = "Prints a script with which a shell completes hopwire's commands, options and their values.",
    .choices = shells,
    .specs = specs,
};

void completion_each(completion_visitor *visit)
{
    for (const struct command *command = command_list; command->name; command++) {
        if (command->options)
            visit(command->name, command->options);
        for (const struct command *part = command->parts; part && part->name; part++)
            visit(part->options->command, part->options);
    }
}

int command_completion(int argc, char **argv)
{
    int operands = options_parse(&completion_option_table, argc, argv, NULL);

    if (operands < 0)
        return operands == OPTIONS_HELP ? EXIT_DONE : EXIT_UNUSABLE;
    if (argc - operands != 1)
        return command_refuse("completion", "give one shell: bash, zsh or fish");
    int shell = choices_find(shells, argv[operands]);

    if (shell < 0)
        return command_refuse_name("completion", "SHELL", shells, argv[operands]);
    printers[shell]();
    return EXIT_DONE;
}
