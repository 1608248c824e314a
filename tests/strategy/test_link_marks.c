// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <stdlib.h>

#include "strategy/link_marks.h"

enum {
    ROOM = 100000,
};

static struct link_marks make_marks(void)
{
    struct link_marks marks;

    cr_assert_eq(link_marks_init(&marks, ROOM, 5), 0);
    return marks;
}

Test(link_marks, each_link_is_new_once)
{
    struct link_marks marks = make_marks();
    uint32_t mistaken = 0;

    for (uint32_t i = 0; i < ROOM; i++)
        mistaken += !link_marks_add(&marks, i / 10, i);
    cr_expect_eq(mistaken, 0);
    for (uint32_t i = 0; i < ROOM; i++)
        cr_assert_not(link_marks_add(&marks, i / 10, i));
    cr_expect(link_marks_add(&marks, 5, 4), "a link has a direction");
    cr_expect(link_marks_add(&marks, 4, 5));
    link_marks_free(&marks);
}

/* Whoever invents links fills the table, and after that everything is known. */
Test(link_marks, further_links_count_as_known)
{
    struct link_marks marks = make_marks();
    uint32_t added = 0;

    for (uint32_t i = 0; i < 10 * ROOM; i++)
        added += link_marks_add(&marks, i, ~i);
    cr_expect_geq(added, ROOM);
    cr_expect_leq(added, marks.mask);
    cr_expect_not(link_marks_add(&marks, 1, 1));
    link_marks_free(&marks);
}

Test(link_marks, come_back_as_they_were_saved)
{
    struct link_marks marks = make_marks(), loaded = make_marks();
    char *bytes;
    size_t size;
    FILE *stream = open_memstream(&bytes, &size);

    for (uint32_t i = 0; i < 1000; i++)
        link_marks_add(&marks, i, i + 1);
    cr_assert_eq(link_marks_save(&marks, stream), 0);
    fclose(stream);
    stream = fmemopen(bytes, size, "r");
    cr_assert_eq(link_marks_load(&loaded, stream), 0);
    fclose(stream);
    for (uint32_t i = 0; i < 1000; i++)
        cr_expect_not(link_marks_add(&loaded, i, i + 1));
    cr_expect(link_marks_add(&loaded, 0, 0));
    free(bytes);
    link_marks_free(&marks);
    link_marks_free(&loaded);
}
