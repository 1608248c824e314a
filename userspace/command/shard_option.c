// SPDX-License-Identifier: GPL-2.0-or-later
#include "command/shard_option.h"

#include <errno.h>
#include <string.h>

#include "output/column.h"

int option_shard(const struct option_spec *spec, const char *text, void *field, struct error_text *error)
{
    const char *slash = strchr(text, '/');
    struct span index = {text, slash ? (size_t)(slash - text) : 0};
    struct span of = {slash ? slash + 1 : text, slash ? strlen(slash + 1) : 0};
    uint64_t numbers[2];

    (void)spec;
    if (!column_parse_number(index, &numbers[0]) || !column_parse_number(of, &numbers[1]) ||
        numbers[1] > SHARDS_MAX || numbers[0] >= numbers[1])
        return error_text_set(error, -EINVAL,
                              "'%s' is not I/N with I from 0 to N-1, such as 0/8 for the first of eight "
                              "(at most %d)",
                              text, SHARDS_MAX);
    *(option_shard_field *)field = (struct shard){(uint32_t)numbers[0], (uint32_t)numbers[1]};
    return 0;
}
