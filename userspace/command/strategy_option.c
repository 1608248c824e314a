// SPDX-License-Identifier: GPL-2.0-or-later
#include "command/strategy_option.h"

#include <stdlib.h>
#include <string.h>

#include "base/exit_code.h"
#include "base/options.h"
#include "session/refuse.h"

/* Also called without any options, because each strategy must get its defaults. */
int command_parse_strategy(const char *command, const struct strategy_ops *ops, char *pairs,
                           struct strategy_choice *choice)
{
    static const struct option_spec none[] = {{0}};
    const struct option_table table = {.command = command, .specs = ops->options ? ops->options : none};

    choice->ops = ops;
    if (ops->options) {
        choice->options = malloc(ops->options_size);
        if (!choice->options)
            return command_refuse(command, "out of memory");
        memcpy(choice->options, ops->defaults, ops->options_size);
    }
    return options_parse_pairs(&table, "--strategy", pairs, choice->options) ? EXIT_UNUSABLE : EXIT_DONE;
}

int command_choose_strategy(const char *command, const char *text, struct strategy_choice *out)
{
    const struct strategy_ops *ops;
    char *pairs;

    *out = (struct strategy_choice){.text = strdup(text)};
    if (!out->text)
        return command_refuse(command, "out of memory");
    pairs = out->text + strcspn(out->text, ",");
    if (*pairs)
        *pairs++ = '\0';
    ops = strategy_find(out->text);
    return ops ? command_parse_strategy(command, ops, pairs, out)
               : command_refuse_name(command, "--strategy", strategy_choices, out->text);
}

void command_free_strategy(struct strategy_choice *choice)
{
    free(choice->options);
    free(choice->text);
    *choice = (struct strategy_choice){0};
}
