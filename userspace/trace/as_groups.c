// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/as_groups.h"

#include <stdio.h>
#include <string.h>

#include "base/number.h"

void as_groups_begin(struct as_groups *self, const struct asn_table *table)
{
    *self = (struct as_groups){.table = table};
}

static bool is_same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static unsigned find(const struct as_groups *self, const char *asn)
{
    for (unsigned i = 0; i < self->count; i++)
        if (is_same(self->groups[i].asn, asn))
            return i;
    return AS_GROUPS_MAX;
}

unsigned as_groups_find(const struct as_groups *self, struct address address)
{
    char number[ASN_TEXT_SIZE];

    return find(self, asn_text(self->table, address, number));
}

void as_groups_add(struct as_groups *self, struct address address, uint64_t weight)
{
    unsigned place = as_groups_find(self, address);

    if (place == AS_GROUPS_MAX && self->count == AS_GROUPS_MAX) {
        self->others++;
        self->others_weight += weight;
        return;
    }
    if (place == AS_GROUPS_MAX) {
        struct as_group *group = &self->groups[place = self->count++];

        group->asn = asn_text(self->table, address, group->number);
    }
    self->groups[place].members++;
    self->groups[place].weight += weight;
}

const char *as_groups_text(const struct as_groups *self, char text[AS_GROUPS_TEXT_SIZE])
{
    size_t length = 0;

    text[0] = '\0';
    for (unsigned i = 0; i < self->count && length < AS_GROUPS_TEXT_SIZE; i++) {
        const struct as_group *group = &self->groups[i];

        length += (size_t)snprintf(text + length, AS_GROUPS_TEXT_SIZE - length, "%sAS%s: %u router%s",
                                   i ? ", " : "", group->asn ? group->asn : "???", group->members,
                                   plural(group->members));
    }
    if (self->others && length < AS_GROUPS_TEXT_SIZE)
        snprintf(text + length, AS_GROUPS_TEXT_SIZE - length, ", others: %u router%s", self->others,
                 plural(self->others));
    return text;
}

static json_t *group_json(const char *asn, unsigned members, const char *weight_name, uint64_t weight)
{
    return json_pack("{s:s?, s:I, s:I}", "asn", asn, "routers", (json_int_t)members, weight_name,
                     (json_int_t)weight);
}

json_t *as_groups_json(const struct as_groups *self, const char *weight)
{
    json_t *array = json_array();

    for (unsigned i = 0; array && i < self->count; i++) {
        const struct as_group *group = &self->groups[i];

        json_array_append_new(array, group_json(group->asn, group->members, weight, group->weight));
    }
    if (array && self->others)
        json_array_append_new(array, group_json("others", self->others, weight, self->others_weight));
    return array;
}
