// SPDX-License-Identifier: GPL-2.0-or-later
#include "command/map_results.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/exit_code.h"
#include "base/log.h"
#include "command/files.h"
#include "output/result_files.h"
#include "session/refuse.h"

static int say_error(const char *command, int error)
{
    log_error("%s: %s", command, error == -ENOMEM ? "out of memory" : strerror(-error));
    return EXIT_FAILED;
}

static int add_record(const struct map_options *options, const struct record *record, struct router_map *map)
{
    bool is_asked = !options->only || prefix_holds(*options->only, record->target_address);

    return is_asked ? router_map_add_record(map, record) : 0;
}

static int read_all(const char *command, const struct map_options *options, struct result_files *files,
                    const char *path, struct router_map *map)
{
    struct error_text error;
    struct record record;
    int got, failed = 0;

    while (!failed && (got = result_files_next(files, &record, &error)) == 1)
        failed = add_record(options, &record, map);
    if (failed)
        return say_error(command, failed);
    if (got < 0)
        return command_refuse(command, "%s", error.text);
    if (result_files_unfinished_tail(files))
        log_warning("%s: the end of %s is unfinished and left out: was the survey killed?", command, path);
    if (result_files_passed(files))
        log_warning("%s: %s: measurements left out because hopwire does not read their kind: %" PRIu64,
                    command, path, result_files_passed(files));
    return EXIT_DONE;
}

static int read_file(const char *command, const struct map_options *options, const char *path,
                     struct router_map *map)
{
    struct column_list needed;
    struct error_text error;
    struct result_files files;
    struct span wrong;

    column_list_parse(&needed, MAP_RESULTS_COLUMNS, &wrong);
    int code = result_files_find(&files, path, &error);
    if (!code)
        code = result_files_open(&files, &needed, &error);
    int result =
        code ? command_refuse(command, "%s", error.text) : read_all(command, options, &files, path, map);

    result_files_close(&files);
    return result;
}

int map_results(const char *command, const struct map_options *options, char **paths, enum map_wanted wanted,
                struct router_map *map)
{
    int error = router_map_open(map, wanted == MAP_INTERFACES ? 0 : options->memory, record_sort_directory()),
        result = EXIT_DONE;

    if (error)
        return say_error(command, error);
    if (!*paths)
        return command_refuse(command, "needs results (see 'hopwire %s --help')", command);
    for (; *paths && !result; paths++)
        result = read_file(command, options, *paths, map);
    error = result || wanted != MAP_LINKS ? 0 : router_map_find_links(map);
    return error ? say_error(command, error) : result;
}
