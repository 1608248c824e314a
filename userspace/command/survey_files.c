// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>

#include "base/exit_code.h"
#include "base/output_file.h"
#include "command/files.h"
#include "command/survey_setup.h"
#include "output/metadata.h"
#include "output/metadata_list.h"
#include "session/refuse.h"
#include "sim/options.h"

/* Files of the survey's earlier runs may be overwritten. */
static enum file_role role_of(bool ours)
{
    return ours ? FILE_REPLACED : FILE_WRITTEN;
}

/* Called before any of them is opened. */
int survey_check_files(const struct survey_setup *setup)
{
    const struct survey_own_files *owns = &setup->resumption.owns;
    const struct survey_options *options = &setup->options;
    const struct output_place *places = setup->config.records.places;
    const char *const paths[OUTPUTS_MAX] = {places[0].path, places[1].path, places[2].path, places[3].path};
    const struct command_file files[] = {
        OUTPUT_FILES(paths, role_of(owns->results)),
        {"--metadata", setup->config.metadata_path, role_of(owns->results)},
        {"--status-file", options->status_file, role_of(owns->status)},
        {"--capture", options->capture.path, role_of(owns->capture)},
        {"--prometheus", options->prometheus.file, FILE_REPLACED},
        {"--state", setup->config.state_path, FILE_REPLACED},
        {"--targets", options->targets.targets_file, FILE_READ},
        {"--sim", options->sim.given ? sim_options_file(&setup->sim) : NULL, FILE_READ},
    };

    return command_files_check_lists("survey", files, sizeof(files) / sizeof(files[0]), "--blocklist",
                                     &options->targets.blocklists,
                                     options->records.overwrite || options->dry_run);
}

/* Lists that this run reads are kept, whichever survey they belong to. */
int survey_find_earlier_lists(struct survey_setup *setup)
{
    const struct target_options *targets = &setup->options.targets;
    struct earlier_lists *earlier = &setup->earlier;

    if (!setup->config.metadata_path || setup->resumption.found)
        return EXIT_DONE;
    if (earlier_lists_find(earlier, setup->config.metadata_path))
        return command_refuse("survey", "out of memory");
    earlier_lists_spare(earlier, targets->targets_file);
    for (size_t i = 0; i < targets->blocklists.count; i++)
        earlier_lists_spare(earlier, targets->blocklists.values[i]);
    return EXIT_DONE;
}

/* Long lists get files of their own, which is known once they are read. Nothing has been opened yet. */
int survey_check_list_files(const struct survey_setup *setup)
{
    const struct survey_own_files *owns = &setup->resumption.owns;
    const struct survey_options *options = &setup->options;
    const char *metadata = setup->config.metadata_path;
    const struct plan *plan = &setup->plan;
    const struct prefix_list *listed = plan->targets ? targets_list(plan->targets) : &plan->listed;
    bool targets = listed->count > METADATA_LIST_INLINE;
    bool blocked = plan->blocked_listed.count > METADATA_LIST_INLINE;
    char *targets_path = metadata && targets ? metadata_list_path(metadata, "targets") : NULL;
    char *blocked_path = metadata && blocked ? metadata_list_path(metadata, "blocklist") : NULL;
    const struct command_file files[] = {
        {"the list of targets beside the metadata", targets_path, role_of(owns->results)},
        {"the blocklist beside the metadata", blocked_path, role_of(owns->results)},
        OUTPUT_FILES(options->records.output.names, FILE_REPLACED),
        {"--state", setup->config.state_path, FILE_REPLACED},
        {"--targets", options->targets.targets_file, FILE_READ},
        {"--sim", options->sim.given ? sim_options_file(&setup->sim) : NULL, FILE_READ},
    };
    int result = EXIT_DONE;

    if (metadata && output_file_state(metadata) != OUTPUT_FILE_STREAM)
        result = command_files_check_lists("survey", files, sizeof(files) / sizeof(files[0]), "--blocklist",
                                           &options->targets.blocklists,
                                           options->records.overwrite || options->dry_run);
    free(targets_path);
    free(blocked_path);
    return result;
}
