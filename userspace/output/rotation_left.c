// SPDX-License-Identifier: GPL-2.0-or-later
/* Finds and removes numbered files that an earlier run has left. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/part_file.h"
#include "output/rotation.h"

/* Accepts the ends of the names of complete and of unfinished files. */
static bool is_after(const struct rotation *rotation, const char *text)
{
    size_t length = strlen(rotation->after);

    return strncmp(text, rotation->after, length) == 0 &&
           (!text[length] || (rotation->in_parts && strcmp(text + length, PART_FILE_SUFFIX) == 0));
}

/* Returns the number in a name: "r.017.csv" is 17 for "r." and ".csv"; 0 for other names, and for the first
 * file. */
static unsigned number_of(const struct rotation *rotation, const char *name)
{
    const char *slash = strrchr(rotation->before, '/');
    const char *before = slash ? slash + 1 : rotation->before;
    size_t length = strlen(before);
    unsigned long number;
    char *end;

    if (strncmp(name, before, length) != 0 || !isdigit((unsigned char)name[length]))
        return 0;
    number = strtoul(name + length, &end, 10);
    if (end < name + length + ROTATION_DIGITS || !is_after(rotation, end) || number > UINT32_MAX)
        return 0;
    return (unsigned)number;
}

static int keep_number(struct rotation *rotation, unsigned number)
{
    unsigned *numbers = realloc(rotation->left, (rotation->left_count + 1) * sizeof(*numbers));

    if (!numbers)
        return -ENOMEM;
    numbers[rotation->left_count++] = number;
    rotation->left = numbers;
    return 0;
}

int rotation_look(struct rotation *rotation)
{
    DIR *directory = opendir(rotation->folder);
    const struct dirent *entry;
    int error = directory ? 0 : -errno;

    while (directory && !error && (entry = readdir(directory))) {
        unsigned number = number_of(rotation, entry->d_name);

        if (number)
            error = keep_number(rotation, number);
    }
    if (directory)
        closedir(directory);
    return error;
}

/* Returns 0 also if the file is gone already. */
static int remove_file(struct rotation *rotation, const char *path)
{
    int error = path ? late_files_remove(rotation->late, path) : -ENOMEM;

    return error == -ENOENT ? 0 : error;
}

static int take_away(struct rotation *rotation, unsigned number)
{
    char *path = rotation_path(rotation, number), *part = path ? part_file_path(path) : NULL;
    int error = remove_file(rotation, path);

    if (!error && rotation->in_parts)
        error = remove_file(rotation, part);
    free(part);
    free(path);
    return error;
}

int rotation_clear(struct rotation *rotation, unsigned last)
{
    int error = 0;

    for (size_t i = 0; !error && i < rotation->left_count; i++)
        if (rotation->left[i] > last)
            error = take_away(rotation, rotation->left[i]);
    return error;
}

unsigned rotation_last(const struct rotation *rotation)
{
    unsigned last = 0;

    for (size_t i = 0; i < rotation->left_count; i++)
        if (rotation->left[i] > last)
            last = rotation->left[i];
    return last;
}

unsigned rotation_last_to_read(const struct rotation *rotation)
{
    unsigned last = rotation_last(rotation);

    return last > rotation->left_count ? (unsigned)rotation->left_count + 1 : last;
}
