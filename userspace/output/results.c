// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/results.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/line_reader.h"
#include "output/parquet_journal.h"
#include "output/results_line.h"
#include "output/results_parquet.h"
#include "output/results_warts.h"

/* The reader of a kind of file. */
struct results_reader {
    int (*next)(struct results *results, struct record *out, struct error_text *error);
    struct column_list (*columns)(const struct results *results);
    bool (*is_cut)(const struct results *results);
    void (*close)(struct results *results);
};

struct results {
    const char *path;
    const struct results_reader *reader;
    struct parquet_file *parquet; /* the two readers of formats without lines */
    struct warts_file *warts;
    struct line_reader lines;
    struct results_columns columns;
    uint64_t position; /* behind the last valid record */
    int (*parse)(struct span line, const struct results_columns *columns, struct record *record,
                 struct error_text *error);
};

int results_line_value(struct error_text *error, const struct record_column *column, struct span text)
{
    char expected[COLUMN_EXPECTED_SIZE];
    char shown[48];
    size_t length = 0;

    for (; length < text.length && length < sizeof(shown) - 1; length++)
        shown[length] = isprint((unsigned char)text.text[length]) ? text.text[length] : '?';
    shown[length] = '\0';
    return error_text_set(error, -EINVAL, "%s: '%s' is not %s", column->name, shown,
                          column_expected(column, expected));
}

static const char *display_path(const char *path)
{
    return strcmp(path, "-") == 0 ? "stdin" : path;
}

static int refuse_file(const struct results *results, int code, struct error_text *error)
{
    return error_text_set(error, code, "%s: cannot be read: %s", results->path, line_reader_strerror(code));
}

static int refuse_line(const struct results *results, int code, struct error_text *error)
{
    error_text_prefix(error, "%s: line %" PRIu64 ": ", results->path, results->lines.line);
    return code;
}

static bool is_comment(struct span line)
{
    return line.length && line.text[0] == '#';
}

/* The first line determines the format. Returns 1 if it is a record itself, 0 if it is the CSV header. */
static int detect_format(struct results *results, struct span line, struct error_text *error)
{
    if (line.length && line.text[0] == '{') {
        results->parse = results_line_jsonl;
        results_header_jsonl(line, &results->columns);
        return 1;
    }
    if (is_comment(line)) {
        results->parse = results_line_yrp;
        return 1;
    }
    results->parse = results_line_csv;
    int code = results_header_csv(line, &results->columns, error);

    return code ? refuse_line(results, code, error) : 0;
}

static int next_line(struct results *results, struct span *line, struct error_text *error)
{
    int got = line_reader_next(&results->lines, &line->text, &line->length);

    return got < 0 ? refuse_file(results, got, error) : got;
}

/* yarrp describes a file in comments before and behind the replies. Returns 1 with the line of a reply. */
static int pass_comments(struct results *results, struct span *line, struct error_text *error)
{
    int got = 1;

    while (got == 1 && results->parse == results_line_yrp && is_comment(*line)) {
        int code = results_header_yrp(*line, &results->columns, error);

        if (code)
            return refuse_line(results, code, error);
        got = next_line(results, line, error);
    }
    return got;
}

static int next_of_lines(struct results *results, struct record *out, struct error_text *error)
{
    struct span line;
    int got = next_line(results, &line, error);

    if (got == 1 && !results->parse) {
        got = detect_format(results, line, error);
        if (got == 0) {
            results->position = results->lines.position;
            got = next_line(results, &line, error);
        }
    }
    if (got == 1)
        got = pass_comments(results, &line, error);
    if (got != 1)
        return got;
    int code = results->parse(line, &results->columns, out, error);
    if (code)
        return refuse_line(results, code, error);
    results->position = results->lines.position;
    return 1;
}

uint64_t results_position(const struct results *results)
{
    return results->parquet ? parquet_file_position(results->parquet) : results->position;
}

uint32_t results_beyond(const struct results *results)
{
    return results->parquet ? parquet_file_beyond(results->parquet) : 0;
}

static bool are_same(const struct record_column *const *columns, unsigned count,
                     const struct column_list *wanted)
{
    for (unsigned i = 0; i < count && i < wanted->count; i++)
        if (columns[i] != wanted->columns[i])
            return false;
    return count == wanted->count;
}

/* Anything may be appended to a file without a line. */
bool results_fit(const struct results *results, const struct output_format *format,
                 const struct column_list *columns)
{
    if (results->parquet) {
        struct column_list list = parquet_file_columns(results->parquet);

        return format == &output_parquet && are_same(list.columns, list.count, columns);
    }
    if (results->parse == results_line_jsonl)
        return format == &output_jsonl;
    return !results->parse ||
           (format == &output_csv && are_same(results->columns.present, results->columns.count, columns));
}

static struct column_list columns_of_lines(const struct results *results)
{
    struct column_list list = {0};

    for (unsigned i = 0; i < results->columns.count; i++)
        if (results->columns.present[i])
            list.columns[list.count++] = results->columns.present[i];
    return list;
}

static bool lines_are_cut(const struct results *results)
{
    return results->lines.unfinished || results->lines.file.is_cut;
}

static void close_lines(struct results *results)
{
    line_reader_close(&results->lines);
}

static const struct results_reader line_files = {next_of_lines, columns_of_lines, lines_are_cut, close_lines};

static int next_of_parquet(struct results *results, struct record *out, struct error_text *error)
{
    int got = parquet_file_next(results->parquet, out, error);

    if (got < 0)
        error_text_prefix(error, "%s: record %" PRIu64 ": ", results->path,
                          parquet_file_records(results->parquet) + 1);
    return got;
}

static struct column_list columns_of_parquet(const struct results *results)
{
    return parquet_file_columns(results->parquet);
}

static bool parquet_is_cut(const struct results *results)
{
    return parquet_file_is_cut(results->parquet);
}

static void close_parquet(struct results *results)
{
    parquet_file_close(results->parquet);
}

static const struct results_reader parquet_files = {next_of_parquet, columns_of_parquet, parquet_is_cut,
                                                    close_parquet};

static int next_of_warts(struct results *results, struct record *out, struct error_text *error)
{
    int got = warts_file_next(results->warts, out, error);

    if (got < 0)
        error_text_prefix(error, "%s: object %" PRIu64 ": ", results->path,
                          warts_file_object(results->warts));
    return got;
}

static struct column_list columns_of_warts(const struct results *results)
{
    (void)results;
    return warts_file_columns();
}

static bool warts_is_cut(const struct results *results)
{
    return warts_file_is_cut(results->warts);
}

static void close_warts(struct results *results)
{
    warts_file_close(results->warts);
}

static const struct results_reader warts_files = {next_of_warts, columns_of_warts, warts_is_cut, close_warts};

/* Formats without lines begin with bytes with which no text begins. */
static int open_binary(struct results *results, struct unpacked_file *file, struct error_text *error)
{
    const struct column_list *needed = &results->columns.needed;
    int code = results->reader == &parquet_files ? parquet_file_open(&results->parquet, file, needed, error)
                                                 : warts_file_open(&results->warts, file, needed, error);

    if (code)
        error_text_prefix(error, "%s: ", results->path);
    return code;
}

static const struct results_reader *reader_of(struct unpacked_file *file)
{
    if (unpacked_file_begins_with(file, PARQUET_MAGIC, PARQUET_MAGIC_SIZE))
        return &parquet_files;
    return unpacked_file_begins_with(file, warts_magic, sizeof(warts_magic)) ? &warts_files : &line_files;
}

static int open_file(struct results *results, const char *path, uint64_t bytes, struct error_text *error)
{
    struct unpacked_file file;
    int code = unpacked_file_open(&file, path);

    if (code)
        return refuse_file(results, code, error);
    file.takes_cut = true;
    file.limit = bytes;
    results->reader = reader_of(&file);
    if (results->reader != &line_files)
        return open_binary(results, &file, error);
    code = line_reader_begin(&results->lines, &file);
    return code ? refuse_file(results, code, error) : 0;
}

int results_open(struct results **out, const char *path, const struct column_list *needed,
                 struct error_text *error)
{
    return results_open_part(out, path, 0, needed, error);
}

int results_open_part(struct results **out, const char *path, uint64_t bytes,
                      const struct column_list *needed, struct error_text *error)
{
    struct results *results = calloc(1, sizeof(*results));

    if (!results)
        return error_text_set(error, -ENOMEM, "%s: out of memory", path);
    results->path = display_path(path);
    results->columns.needed = *needed;
    int code = open_file(results, path, bytes, error);

    if (code)
        free(results);
    else
        *out = results;
    return code;
}

int results_next(struct results *results, struct record *out, struct error_text *error)
{
    return results->reader->next(results, out, error);
}

struct column_list results_columns(const struct results *results)
{
    return results->reader->columns(results);
}

bool results_unfinished_tail(const struct results *results)
{
    return results->reader->is_cut(results);
}

uint64_t results_passed(const struct results *results)
{
    return results->warts ? warts_file_passed(results->warts) : 0;
}

void results_close(struct results *results)
{
    results->reader->close(results);
    free(results);
}
