// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/data_files.h"

#include <dirent.h>
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/output_file.h"
#include "report/diamonds_table.h"
#include "report/flow.h"
#include "report/hops_table.h"
#include "report/plot_table.h"

static bool is_empty(DIR *directory)
{
    const struct dirent *entry;
    bool empty = true;

    while (empty && (entry = readdir(directory)))
        empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
    return empty;
}

int data_files_check(const char *directory, bool overwrite, struct error_text *error)
{
    DIR *open = opendir(directory);

    if (!open && errno == ENOENT)
        return 0;
    if (!open)
        return error_text_set(error, -errno, "cannot write into '%s': %s", directory, strerror(errno));
    bool empty = is_empty(open);

    closedir(open);
    if (!empty && !overwrite)
        return error_text_set(
            error, -EEXIST,
            "'%s' contains files: give --overwrite to replace those of a report, or another name", directory);
    return 0;
}

bool data_files_beside(const char *directory, const char *results)
{
    char *copy = strdup(results);
    struct stat ours, theirs;
    bool same = copy && stat(directory, &ours) == 0 && stat(dirname(copy), &theirs) == 0 &&
                ours.st_dev == theirs.st_dev && ours.st_ino == theirs.st_ino;

    free(copy);
    return same;
}

/* Fills one file. Returns 0 or -ENOMEM. */
struct data_file {
    const char *directory, *name;
    bool overwrite;
    const struct numbers_list *list;
    struct owners owners;
};

static int refuse(const struct data_file *file, int code, struct error_text *error)
{
    return error_text_set(error, code, "cannot write '%s/%s.csv': %s", file->directory, file->name,
                          strerror(-code));
}

/* Returns NULL after an error. */
static FILE *open_file(const struct data_file *file, struct error_text *error)
{
    char *path;
    bool created;

    if (asprintf(&path, "%s/%s.csv", file->directory, file->name) < 0) {
        refuse(file, -ENOMEM, error);
        return NULL;
    }
    int fd = output_file_open(path, 0666, file->overwrite, &created);
    int code = fd < 0 ? fd : output_file_empty(fd);
    FILE *out = code ? NULL : fdopen(fd, "w");

    if (!out) {
        refuse(file, code ? code : -errno, error);
        if (fd >= 0)
            close(fd);
    }
    free(path);
    return out;
}

static int close_file(const struct data_file *file, FILE *out, struct error_text *error)
{
    return ferror(out) | fclose(out) ? refuse(file, errno ? -errno : -EIO, error) : 0;
}

static int write_plot(struct data_file *file, figure_maker *make, struct error_text *error)
{
    struct plot plot;
    int code = make(file->list, &plot);

    file->name = plot.name;
    if (code)
        refuse(file, code, error);
    FILE *out = code || !plot.count ? NULL : open_file(file, error);

    if (out) {
        plot_table_csv(&plot, out);
        code = close_file(file, out, error);
    } else if (!code && plot.count) {
        code = -EIO;
    }
    plot_close(&plot);
    return code;
}

static void write_ledgers(const struct data_file *file, FILE *out)
{
    fputs("results,equation,counter,packets\n", out);
    for (size_t i = 0; i < file->list->count; i++)
        if (file->list->all[i]->has_metadata && file->list->all[i]->metadata.ended)
            flow_table_csv(&file->list->all[i]->metadata.ledger, file->list->all[i]->name, out);
}

static void write_hops(const struct data_file *file, FILE *out)
{
    hops_table_csv_heading(file->owners, out);
    for (size_t i = 0; i < file->list->count; i++)
        hops_table_csv(file->list->all[i], file->owners, out);
}

static void write_diamonds(const struct data_file *file, FILE *out)
{
    diamonds_table_csv_heading(file->owners, out);
    for (size_t i = 0; i < file->list->count; i++)
        diamonds_table_csv(file->list->all[i], file->owners, out);
}

static int write_table(struct data_file *file, const char *name,
                       void (*put)(const struct data_file *file, FILE *out), struct error_text *error)
{
    file->name = name;
    FILE *out = open_file(file, error);

    if (!out)
        return -EIO;
    put(file, out);
    return close_file(file, out, error);
}

int data_files_write(const char *directory, bool overwrite, const struct numbers_list *list,
                     struct owners owners, struct error_text *error)
{
    struct data_file file = {.directory = directory, .overwrite = overwrite, .list = list, .owners = owners};
    int code = 0;

    if (mkdir(directory, 0777) && errno != EEXIST)
        return error_text_set(error, -errno, "cannot make '%s': %s", directory, strerror(errno));
    for (figure_maker *const *make = figures; *make && !code; make++)
        code = write_plot(&file, *make, error);
    if (!code)
        code = write_table(&file, "ledger", write_ledgers, error);
    if (!code)
        code = write_table(&file, "hops", write_hops, error);
    return code ? code : write_table(&file, "diamonds", write_diamonds, error);
}
