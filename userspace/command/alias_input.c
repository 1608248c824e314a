// SPDX-License-Identifier: GPL-2.0-or-later
#include "command/alias_input.h"

#include <string.h>
#include <sys/stat.h>

#include "base/exit_code.h"
#include "base/list_file.h"
#include "base/log.h"
#include "command/lists.h"
#include "command/map_results.h"
#include "session/refuse.h"
#include "target/network.h"
#include "target/prefix_list.h"

static int say_memory(const char *command, int error)
{
    if (error)
        log_error("%s: out of memory", command);
    return error ? EXIT_FAILED : EXIT_DONE;
}

/* What was read from a pipe cannot be read again. */
static bool can_be_read_twice(const char *path)
{
    struct stat status;

    return strcmp(path, "-") != 0 && (stat(path, &status) || !S_ISFIFO(status.st_mode));
}

/* A file that begins with an address is a list; results of any format begin with something else. A pipe is a
 * list. */
static bool is_list(const char *path)
{
    struct list_file file;
    struct prefix prefix;
    bool found = false;

    if (!can_be_read_twice(path))
        return true;
    if (list_file_open(&file, path))
        return false;
    if (list_file_next(&file) == 1)
        found = prefix_parse(list_file_word(&file), &prefix) == 0;
    list_file_close(&file);
    return found;
}

static int add_listed(const char *command, const char *path, const struct prefix_list *prefixes,
                      const struct alias_list_config *config, struct alias_list *list)
{
    int error = 0;

    for (size_t i = 0; !error && i < prefixes->count; i++) {
        struct prefix prefix = prefixes->prefixes[i];

        if (prefix.length != (address_is_ipv4(prefix.base) ? 32 : 128))
            return command_refuse(command, "%s: has prefixes: only addresses can be asked", path);
        error = alias_list_add(list, config, prefix.base);
    }
    return say_memory(command, error);
}

static int read_list(const char *command, const char *path, const struct alias_list_config *config,
                     struct alias_list *list)
{
    struct prefix_list prefixes = {0};
    int result = command_read_list(command, "FILE", path, &prefixes);

    if (!result)
        result = add_listed(command, path, &prefixes, config, list);
    prefix_list_free(&prefixes);
    return result;
}

static int read_results(const char *command, char *path, const struct alias_list_config *config,
                        struct alias_list *list)
{
    const struct map_options options = {0};
    struct router_map map = {0};
    char *paths[] = {path, NULL};
    int result = map_results(command, &options, paths, MAP_INTERFACES, &map), error = 0;

    for (size_t i = 0; !result && !error && i < map.interfaces.count; i++)
        if (map.interface_facts[i].transit)
            error = alias_list_add(list, config, map.interfaces.addresses[i]);
    router_map_close(&map);
    return result ? result : say_memory(command, error);
}

int alias_input_read(const char *command, char **paths, const struct alias_list_config *config,
                     struct alias_list *list)
{
    int result = EXIT_DONE;

    for (; *paths && !result; paths++)
        result = is_list(*paths) ? read_list(command, *paths, config, list)
                                 : read_results(command, *paths, config, list);
    return result ? result : say_memory(command, alias_list_mates(list, config));
}
