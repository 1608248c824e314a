// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/earlier_lists.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "output/metadata_list.h"

/* Where the metadata has a list, and the name of its file. */
static const struct {
    const char *section, *key, *name;
} places[EARLIER_LISTS_MAX] = {
    {NULL, "targets", "targets"},
    {NULL, "blocklist", "blocklist"},
    {"control", "blocklist", "blocklist-reloaded"},
};

static bool is_named(const json_t *list, const char *path)
{
    const char *slash = strrchr(path, '/');
    struct list_reference reference;

    return metadata_list_reference_read(list, &reference) &&
           strcmp(reference.name, slash ? slash + 1 : path) == 0;
}

static int add(struct earlier_lists *lists, const char *metadata, const json_t *document, size_t place)
{
    const char *section = places[place].section;
    const json_t *within = section ? json_object_get(document, section) : document;
    char *path = metadata_list_path(metadata, places[place].name);

    if (!path)
        return -ENOMEM;
    if (is_named(json_object_get(within, places[place].key), path))
        lists->paths[lists->count++] = path;
    else
        free(path);
    return 0;
}

int earlier_lists_find(struct earlier_lists *lists, const char *metadata)
{
    struct stat status;
    int error = 0;

    *lists = (struct earlier_lists){0};
    if (stat(metadata, &status) || !S_ISREG(status.st_mode))
        return 0;
    json_t *document = json_load_file(metadata, 0, NULL);

    for (size_t i = 0; document && !error && i < EARLIER_LISTS_MAX; i++)
        error = add(lists, metadata, document, i);
    json_decref(document);
    return error;
}

void earlier_lists_free(struct earlier_lists *lists)
{
    for (unsigned i = 0; i < lists->count; i++)
        free(lists->paths[i]);
    lists->count = 0;
}

static bool is_same_file(const char *a, const char *b)
{
    struct stat one, other;

    return stat(a, &one) == 0 && stat(b, &other) == 0 && one.st_dev == other.st_dev &&
           one.st_ino == other.st_ino;
}

void earlier_lists_spare(struct earlier_lists *lists, const char *path)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < lists->count; i++)
        if (path && is_same_file(lists->paths[i], path))
            free(lists->paths[i]);
        else
            lists->paths[kept++] = lists->paths[i];
    lists->count = kept;
}
