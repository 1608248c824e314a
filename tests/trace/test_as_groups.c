// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/as_groups.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "addresses.h"

/* 192.0.2.0/25 and 203.0.113.0/24, the latter of two, and 198.18.N.0/24 of AS N + 1. */
static struct asn_table example(unsigned many)
{
    struct asn_table table = {0};
    char text[16];

    cr_assert_eq(asn_table_add(&table, (struct prefix){IPV4(0xc0000200), 25}, "64496"), 0);
    cr_assert_eq(asn_table_add(&table, (struct prefix){IPV4(0xcb007100), 24}, "64497_64498"), 0);
    for (unsigned i = 0; i < many; i++) {
        snprintf(text, sizeof(text), "%u", i + 1);
        cr_assert_eq(asn_table_add(&table, (struct prefix){IPV4(0xc6120000 + (i << 8)), 24}, text), 0);
    }
    cr_assert_eq(asn_table_index(&table), 0);
    return table;
}

Test(as_groups, are_of_one_origin)
{
    static const uint32_t addresses[] = {0xc0000201, 0xcb007101, 0xc0000202,
                                         0xc00002fe, 0xc0000203, 0xcb007102};
    struct asn_table table = example(0);
    struct as_groups groups;
    char text[AS_GROUPS_TEXT_SIZE];

    as_groups_begin(&groups, &table);
    cr_expect_str_eq(as_groups_text(&groups, text), "");
    for (unsigned i = 0; i < 6; i++)
        as_groups_add(&groups, IPV4(addresses[i]), 10 + i);
    cr_expect_str_eq(as_groups_text(&groups, text),
                     "AS64496: 3 routers, AS64497_64498: 2 routers, AS???: 1 router");
    cr_expect_eq(as_groups_find(&groups, IPV4(0xcb007103)), 1);
    cr_expect_eq(as_groups_find(&groups, IPV4(0x08080808)), 2);
    json_t *array = as_groups_json(&groups, "answers");
    char *json = json_dumps(array, JSON_COMPACT);
    cr_expect_str_eq(
        json,
        "[{\"asn\":\"64496\",\"routers\":3,\"answers\":36},{\"asn\":\"64497_64498\",\"routers\":2,"
        "\"answers\":26},{\"asn\":null,\"routers\":1,\"answers\":13}]",
        "%s", json);
    free(json);
    json_decref(array);
    asn_table_free(&table);
}

Test(as_groups, have_room_for_so_many)
{
    struct asn_table table = example(AS_GROUPS_MAX + 3);
    struct as_groups groups;
    char text[AS_GROUPS_TEXT_SIZE];

    as_groups_begin(&groups, &table);
    for (unsigned i = 0; i < AS_GROUPS_MAX + 3; i++)
        as_groups_add(&groups, IPV4(0xc6120001 + (i << 8)), 2);
    cr_expect_eq(groups.count, AS_GROUPS_MAX);
    cr_expect_not_null(strstr(as_groups_text(&groups, text), "AS16: 1 router, others: 3 routers"), "%s",
                       text);
    json_t *array = as_groups_json(&groups, "flows");
    char *others = json_dumps(json_array_get(array, AS_GROUPS_MAX), JSON_COMPACT);
    cr_expect_eq(json_array_size(array), AS_GROUPS_MAX + 1);
    cr_expect_str_eq(others, "{\"asn\":\"others\",\"routers\":3,\"flows\":6}", "%s", others);
    free(others);
    json_decref(array);
    asn_table_free(&table);
}
