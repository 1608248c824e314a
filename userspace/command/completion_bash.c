// SPDX-License-Identifier: GPL-2.0-or-later
/* The script for bash. It does not need the bash-completion package. */
#include <stdio.h>
#include <string.h>

#include "command/completion.h"

/* The argument of compgen(1) for each kind; NULL: names. */
static const char *action_of(enum completion_kind kind)
{
    switch (kind) {
    case COMPLETION_FILES:
        return "-f";
    case COMPLETION_DIRECTORIES:
        return "-d";
    case COMPLETION_HOSTS:
        return "-A hostname";
    case COMPLETION_PROGRAMS:
        return "-c";
    case COMPLETION_INTERFACES:
        /* compgen expands words, so an interface's name must not be able to run a command. */
        return "-W \"$(cd /sys/class/net && printf '%q ' *)\"";
    default:
        return NULL;
    }
}

/* Prints a branch of the case: 'survey --tx' | 'survey -t') */
static void print_option_branch(const char *path, const struct option_spec *spec)
{
    struct completion_value value;
    const char *action = action_of(completion_of(spec));

    printf("    '%s --%s'", path, spec->name);
    if (spec->letter)
        printf(" | '%s -%c'", path, spec->letter);
    printf(") value=%s %saction=(", completion_is_optional(spec) ? "optional" : "needed",
           completion_of(spec) == COMPLETION_LIST ? "list=yes " : "");
    if (action)
        printf("%s", action);
    for (size_t i = 0; completion_value_at(spec, i, &value); i++)
        printf("%s%s", i ? " " : "-W '", value.text);
    printf("%s) ;;\n", completion_value_at(spec, 0, &value) ? "'" : "");
}

static void print_values(const char *path, const struct option_table *table)
{
    for (const struct option_spec *spec = table->specs; spec->name; spec++)
        if (spec->argument)
            print_option_branch(path, spec);
}

static void print_options(const char *path, const struct option_table *table)
{
    printf("    '%s') words='", path);
    for (const struct option_spec *spec = table->specs; spec->name; spec++)
        printf("--%s ", spec->name);
    printf("--help' ;;\n");
}

static void print_operands(const char *path, const struct option_table *table)
{
    const char *action = action_of(completion_of_operands(table));
    struct completion_value value;

    printf("    '%s') action=(%s -W '", path, action ? action : "");
    for (size_t i = 0; completion_operand_at(table, i, &value); i++)
        printf("%s%s", i ? " " : "", value.text);
    printf("') ;;\n");
}

static void print_names(const struct command *list)
{
    for (; list->name; list++)
        printf("%s%s", list->name, list[1].name ? " " : "");
}

/* Prints the commands that have subcommands. */
static void print_parts(void)
{
    for (const struct command *command = command_list; command->name; command++)
        if (command->parts) {
            printf("    '%s') words='", command->name);
            print_names(command->parts);
            printf("' ;;\n");
        }
}

static const char tools[] =
    "# Writes what may stand in a place that `action` describes, of which $1 is there.\n"
    "_hopwire_reply()\n"
    "{\n"
    "    local done=''\n"
    "\n"
    "    [[ $list && $1 == *,* ]] && done=${1%,*},\n"
    "    mapfile -t COMPREPLY < <(compgen -P \"$done\" \"${action[@]}\" -- \"${1#\"$done\"}\")\n"
    "    [[ ${action[0]} == -[fd] ]] && compopt -o filenames 2>/dev/null\n"
    "    [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[=:] ]] && compopt -o nospace 2>/dev/null\n"
    "    return 0\n"
    "}\n\n";

static const char entry[] =
    "_hopwire()\n"
    "{\n"
    "    local command='' first=1 words='' value='' list='' action=() place=$COMP_CWORD "
    "word=${COMP_WORDS[COMP_CWORD]}\n"
    "\n"
    "    COMPREPLY=()\n"
    "    if [[ ${COMP_WORDS[0]##*/} == caracal ]]; then\n"
    "        command=caracal first=0\n"
    "    elif ((place > 1)); then\n"
    "        command=${COMP_WORDS[1]}\n"
    "    fi\n"
    "    _hopwire_commands \"$command\"\n"
    "    if [[ $words && $command ]] && ((place > 2)); then\n"
    "        command+=\" ${COMP_WORDS[2]}\" first=2 words=''\n"
    "    fi\n"
    "    if [[ $words ]]; then\n"
    "        action=(-W \"$words\")\n"
    "        _hopwire_reply \"$word\"\n"
    "        return\n"
    "    fi\n"
    "    # bash makes three words of --option=value.\n"
    "    local before=${COMP_WORDS[place - 1]} equals=''\n"
    "    [[ $word == '=' ]] && word='' equals=yes\n"
    "    [[ $before == '=' ]] && before=${COMP_WORDS[place - 2]} equals=yes\n"
    "    ((place - 1 > first)) && _hopwire_value \"$command $before\"\n"
    "    if [[ $value == needed || $value && $equals ]]; then\n"
    "        _hopwire_reply \"$word\"\n"
    "        return\n"
    "    fi\n"
    "    action=()\n"
    "    if [[ $word == -* ]]; then\n"
    "        _hopwire_options \"$command\"\n"
    "        action=(-W \"$words\")\n"
    "    else\n"
    "        _hopwire_operands \"$command\"\n"
    "    fi\n"
    "    ((${#action[@]})) && _hopwire_reply \"$word\"\n"
    "}\n\n"
    "complete -F _hopwire hopwire caracal\n";

static void print_case(const char *about, const char *name, completion_visitor *visit)
{
    printf("# %s\n%s()\n{\n    case $1 in\n", about, name);
    completion_each(visit);
    printf("    esac\n}\n\n");
}

void completion_print_bash(void)
{
    printf("# Completion of hopwire in bash; made by 'hopwire completion bash'.\n\n");
    printf(
        "# Sets `words` to the commands behind $1.\n_hopwire_commands()\n{\n    case $1 in\n    '') words='");
    print_names(command_list);
    printf("' ;;\n");
    print_parts();
    printf("    esac\n}\n\n");
    print_case("Sets `words` to the options of the command $1.", "_hopwire_options", print_options);
    print_case("Sets `action` to what its operands may be.", "_hopwire_operands", print_operands);
    print_case("Sets `value`, `list` and `action` for $1, a command and an option that takes a value.",
               "_hopwire_value", print_values);
    fputs(tools, stdout);
    fputs(entry, stdout);
}
