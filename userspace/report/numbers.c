// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/numbers.h"

#include <stdlib.h>

struct numbers *numbers_new(const char *name)
{
    struct numbers *numbers = calloc(1, sizeof(*numbers));

    if (!numbers)
        return NULL;
    numbers->name = name;
    numbers->rtts_by_ttl = calloc(NUMBERS_TTLS, sizeof(*numbers->rtts_by_ttl));
    if (!numbers->rtts_by_ttl) {
        free(numbers);
        return NULL;
    }
    return numbers;
}

void numbers_free(struct numbers *numbers)
{
    if (!numbers)
        return;
    if (numbers->has_metadata)
        metadata_free(&numbers->metadata);
    free(numbers->rtts_by_ttl);
    free(numbers);
}
