// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/blocklist_reload.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/exit_code.h"
#include "base/log.h"
#include "base/number.h"
#include "survey/parts.h"
#include "survey/reports.h"

enum {
    /* A sender checks its orders every 20 ms. One that is longer in a system call must not block control. */
    LONGEST_WAIT_MS = 100,
};

bool blocklist_reload_possible(const struct survey *survey)
{
    return survey->config->blocklists.count != 0;
}

int blocklist_reload_prepare(struct survey *survey)
{
    const struct survey_config *config = survey->config;

    if (!blocklist_reload_possible(survey) || !config->metadata_path)
        return EXIT_DONE;
    survey->reload.path = metadata_list_path(config->metadata_path, "blocklist-reloaded");
    if (survey->reload.path)
        return EXIT_DONE;
    log_error("survey: out of memory");
    return EXIT_FAILED;
}

void blocklist_reload_free(struct survey *survey)
{
    struct blocklist_reload *reload = &survey->reload;

    address_set_destroy(reload->in_force);
    address_set_destroy(reload->before);
    prefix_list_free(&reload->listed.prefixes);
    free(reload->path);
    *reload = (struct blocklist_reload){0};
}

/* Also frees the previous list, once no sender uses it. */
static bool all_obey(struct survey *survey)
{
    struct blocklist_reload *reload = &survey->reload;

    for (unsigned i = 0; i < survey->sender_count; i++)
        if (reload->in_force && !sender_worker_leaves_out(&survey->senders[i], reload->in_force))
            return false;
    address_set_destroy(reload->before);
    reload->before = NULL;
    return true;
}

static bool wait_until_all_obey(struct survey *survey)
{
    for (int ms = 0; ms < LONGEST_WAIT_MS; ms++) {
        if (all_obey(survey))
            return true;
        nanosleep(&(struct timespec){0, NS_PER_MS}, NULL);
    }
    return all_obey(survey);
}

/* The name may refer to anything by now, and a survey must not wait for it. */
static bool is_file(int fd)
{
    struct stat status;

    return fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}

static int read_list(const struct survey *survey, const char *path, struct prefix_list *list,
                     struct error_text *error)
{
    int fd = late_files_read(survey->late, path);

    if (fd < 0)
        return error_text_set(error, fd, "%s: cannot be opened: %s", path, strerror(-fd));
    if (!is_file(fd)) {
        close(fd);
        return error_text_set(error, -EINVAL, "%s: is not a file any more", path);
    }
    return prefix_list_read_descriptor(list, path, fd, error);
}

static int read_lists(const struct survey *survey, struct prefix_list *list, struct error_text *error)
{
    const struct option_list *paths = &survey->config->blocklists;
    int code = 0;

    for (size_t i = 0; !code && i < paths->count; i++)
        code = read_list(survey, paths->values[i], list, error);
    prefix_list_normalize(list, GRANULARITY_NONE);
    return code;
}

/* If this fails, the metadata does not state the new blocklist. But the new list takes effect without
 * delay. */
static void keep_list(const struct survey *survey, struct metadata_list *listed)
{
    const char *path = survey->reload.path;
    struct replacement file;

    listed->file.name[0] = '\0';
    if (!path || listed->prefixes.count <= METADATA_LIST_INLINE)
        return;
    int error = metadata_list_stage_at(&file, survey->late, path, &listed->prefixes, &listed->file);
    if (!error) {
        error = replacement_commit(&file, false);
        replacement_discard(&file);
    }
    if (error)
        log_warning("survey: cannot write %s: %s", path, strerror(-error));
}

static void put_in_force(struct survey *survey, struct address_set *set, struct prefix_list *list)
{
    struct blocklist_reload *reload = &survey->reload;

    reload->before = reload->in_force;
    reload->in_force = set;
    for (unsigned i = 0; i < survey->sender_count; i++)
        sender_worker_leave_out(&survey->senders[i], set);
    prefix_list_free(&reload->listed.prefixes);
    reload->listed.prefixes = *list;
    *list = (struct prefix_list){0};
    steering_note_list(&survey->steering, clock_now_ns(), reload->listed.prefixes.count);
}

int blocklist_reload(struct survey *survey, struct error_text *error)
{
    struct prefix_list list = {0};

    if (!all_obey(survey))
        return error_text_set(error, -EBUSY, "a sender does not yet use the list that was read before");
    int code = read_lists(survey, &list, error);
    struct address_set *set = code ? NULL : address_set_create(&list);
    if (!code && !set)
        code = error_text_set(error, -ENOMEM, "out of memory");
    if (!code)
        put_in_force(survey, set, &list);
    prefix_list_free(&list);
    if (code)
        return code;
    bool obeyed = wait_until_all_obey(survey);
    keep_list(survey, &survey->reload.listed);
    reports_hasten(survey);
    return obeyed ? 0 : -EINPROGRESS;
}

void blocklist_reload_tell(struct survey *survey)
{
    char number[NUMBER_TEXT_SIZE];
    struct error_text error;
    int code = blocklist_reload(survey, &error);
    uint64_t count = survey->reload.listed.prefixes.count;

    if (code == 0 || code == -EINPROGRESS)
        log_info("the blocklist was read again: %s prefix%s %s", number_group(count, number),
                 plural_form(count, " is", "es are"), code ? "given to senders" : "left out from now on");
    else
        log_error("survey: --blocklist: %s; the previous list stays in force", error.text);
}
