// SPDX-License-Identifier: GPL-2.0-or-later
#include "command/lists.h"

#include <inttypes.h>

#include "base/log.h"
#include "base/number.h"
#include "command/commands.h"
#include "session/refuse.h"

static void tell_other(const char *command, const char *option, const char *path,
                       const struct prefix_list *list)
{
    struct list_note note = list->notes.other;

    if (note.count)
        log_warning("%s: %s: %s: %" PRIu64 " line%s of IPv%d skipped, first line %" PRIu64
                    ": -%d selects only IPv%d",
                    command, option, path, note.count, plural(note.count), list->only == FAMILY_IPV4 ? 6 : 4,
                    note.first_line, list->only, list->only);
}

void command_tell_mapped(const char *command, const char *option, const char *path, struct list_note note)
{
    if (note.count)
        log_warning("%s: %s: %s: %" PRIu64 " line%s ::ffff:0:0/96 skipped, first line %" PRIu64
                    ": no packet has an IPv4-mapped address",
                    command, option, path, note.count, plural(note.count), note.first_line);
}

void command_tell_host_bits(const char *command, const char *option, const char *path, struct list_note note)
{
    if (note.count)
        log_warning("%s: %s: %s: %" PRIu64 " line%s with host bits set, first line %" PRIu64
                    ": taken as the network, 192.0.2.1/24 as 192.0.2.0/24",
                    command, option, path, note.count, plural(note.count), note.first_line);
}

static void tell_words(const char *command, const char *option, const char *path, struct list_note note)
{
    if (note.count)
        log_warning("%s: %s: %s: %" PRIu64 " line%s with more words than the entry, first line %" PRIu64
                    ": further words are ignored",
                    command, option, path, note.count, plural(note.count), note.first_line);
}

int command_read_arguments(const char *command, char **arguments, struct prefix_list *list)
{
    struct error_text error;

    list->notes = (struct prefix_notes){0};
    for (; *arguments; arguments++)
        if (prefix_list_add_text(list, *arguments, "argument", &error))
            return command_refuse(command, "%s", error.text);
    if (list->notes.host_bits.count)
        log_warning("%s: arguments with host bits set are taken as the network, 192.0.2.1/24 as 192.0.2.0/24",
                    command);
    return EXIT_DONE;
}

int command_read_list(const char *command, const char *option, const char *path, struct prefix_list *list)
{
    struct error_text error;

    if (!path)
        return EXIT_DONE;
    list->notes = (struct prefix_notes){0};
    if (prefix_list_read_file(list, path, &error))
        return command_refuse(command, "%s: %s", option, error.text);
    tell_other(command, option, path, list);
    command_tell_mapped(command, option, path, list->notes.mapped);
    command_tell_host_bits(command, option, path, list->notes.host_bits);
    tell_words(command, option, path, list->notes.words);
    return EXIT_DONE;
}
