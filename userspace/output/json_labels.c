// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/json_labels.h"

json_t *json_labels(const struct record *record, json_t *(*entry)(struct label label))
{
    json_t *labels = json_array();

    for (unsigned i = 0; i < record->label_count; i++)
        json_array_append_new(labels, entry(label_of(record->labels[i])));
    return labels;
}
