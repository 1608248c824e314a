// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <stdlib.h>

#include "output/json_labels.h"

static json_t *fields(struct label label)
{
    return json_pack("[i,i,i,i]", label.value, label.tc, label.bottom, label.ttl);
}

/* The fields stand one behind the other in the 32 bits of RFC 3032, section 2.1. */
Test(json_labels, entries_are_split_as_on_the_wire)
{
    const struct record record = {.label_count = 3, .labels = {0xfffff000, 0x00000eff, 24000U << 12 | 0x101}};
    const struct record none = {0};
    json_t *array = json_labels(&record, fields), *empty = json_labels(&none, fields);
    char *text = json_dumps(array, JSON_COMPACT);

    cr_expect_str_eq(text, "[[1048575,0,0,0],[0,7,0,255],[24000,0,1,1]]");
    cr_expect_eq(json_array_size(empty), 0);
    free(text);
    json_decref(array);
    json_decref(empty);
}
