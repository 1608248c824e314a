// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/score_aliases.h"

#include <errno.h>
#include <stdlib.h>

#include "base/address_text.h"
#include "base/growing.h"
#include "base/list_file.h"

/* The addresses of the current line. */
struct line {
    struct score *score;
    struct address *addresses;
    size_t capacity;
};

static int add_line(void *context, struct list_file *file)
{
    struct line *line = context;
    struct score_thing pair;
    int error = 0;

    for (size_t count = 0; !error; count++) {
        const char *word = list_file_word(file);
        struct address *addresses =
            growing_room(line->addresses, count, &line->capacity, sizeof(*line->addresses));

        if (!word || !addresses)
            return addresses ? 0 : -ENOMEM;
        line->addresses = addresses;
        if (!address_parse(word, &addresses[count]))
            return list_file_refuse(file, "'%s' is not an address such as 192.0.2.1", word);
        pair.address = addresses[count];
        for (size_t i = 0; i < count && !error; i++) {
            pair.from = addresses[i];
            error = score_add_alias(line->score, pair);
        }
    }
    return error;
}

int score_read_aliases(struct score *score, const char *path, struct error_text *error)
{
    struct line line = {.score = score};
    struct list_file file;
    int result = list_file_read(&file, path, add_line, &line);

    if (result == -ENOMEM)
        error_text_set(error, result, "out of memory");
    else
        *error = file.error;
    free(line.addresses);
    return result;
}
