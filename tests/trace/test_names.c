// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <poll.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "addresses.h"
#include "table.h"
#include "trace/names.h"

enum {
    PATIENCE_MS = 30000, /* for what happens at once; a broken test ends with it */
};

static _Atomic unsigned lookups;

/* The address says what is answered. */
static bool look_up(void *context, struct address address, char name[NAME_SIZE])
{
    (void)context;
    static const char *const names[] = {"", "a.example", "x_1-2.example", "\x1b[2J\"evil\\\n", "\xc3\xa9.fr",
                                        "."};

    atomic_fetch_add(&lookups, 1);
    if (address_ipv4(address) >= COUNT(names))
        return false;
    strcpy(name, names[address_ipv4(address)]);
    return true;
}

static enum name_state wait_for(struct names *names, struct address address, const char **name)
{
    enum name_state state;

    while ((state = names_get(names, address, name)) == NAME_PENDING) {
        struct pollfd fd = {names_fd(names), POLLIN, 0};

        cr_assert_eq(poll(&fd, 1, PATIENCE_MS), 1, "no answer");
        cr_assert(names_news(names));
    }
    return state;
}

Test(names, tells_what_is_known)
{
    static const struct {
        uint32_t address;
        enum name_state state;
        const char *name;
    } cases[] = {
        {0, NAME_NONE, NULL},           {1, NAME_KNOWN, "a.example"},  {2, NAME_KNOWN, "x_1-2.example"},
        {3, NAME_KNOWN, "??2J?evil??"}, {4, NAME_KNOWN, "??.fr"},      {5, NAME_NONE, NULL},
        {6, NAME_NONE, NULL},           {0xffffffff, NAME_NONE, NULL},
    };
    struct names *names = names_create(&(struct names_source){.lookup = look_up});

    cr_assert_not_null(names);
    cr_expect_eq(names_pending(names), 0);
    cr_expect_not(names_news(names));
    for (int round = 0; round < 2; round++)
        for (size_t i = 0; i < COUNT(cases); i++) {
            const char *name = NULL;

            cr_expect_eq(wait_for(names, IPV4(cases[i].address), &name), cases[i].state, "%zu", i);
            cr_expect(cases[i].name ? name && strcmp(name, cases[i].name) == 0 : !name, "%zu: %s", i, name);
        }
    cr_expect_eq(atomic_load(&lookups), COUNT(cases), "each is asked for once");
    cr_expect_eq(names_pending(names), 0);
    names_destroy(names);
}

Test(names, none_are_wanted)
{
    const char *name = "untouched";

    cr_expect_eq(names_get(NULL, IPV4(1), &name), NAME_NONE);
    cr_expect_str_eq(name, "untouched");
    cr_expect_eq(names_fd(NULL), -1);
    cr_expect_eq(names_pending(NULL), 0);
    cr_expect_not(names_news(NULL));
    names_destroy(NULL);
}

/* All 128 bits tell them apart. */
Test(names, of_addresses_that_are_nearly_alike)
{
    static const struct address addresses[] = {
        {0, ADDRESS_IPV4_PREFIX | 1}, {0, 1}, {0, 1ULL << 32 | 1}, {1, ADDRESS_IPV4_PREFIX | 1}};
    struct names *names = names_create(&(struct names_source){.lookup = look_up});
    const char *name;

    atomic_store(&lookups, 0);
    for (size_t round = 0; round < 2; round++)
        for (size_t i = 0; i < COUNT(addresses); i++)
            names_get(names, addresses[i], &name);
    for (size_t i = 0; i < COUNT(addresses); i++)
        cr_expect_eq(wait_for(names, addresses[i], &name), NAME_KNOWN);
    cr_expect_eq(atomic_load(&lookups), COUNT(addresses));
    names_destroy(names);
}

static sem_t begun, may_go_on, ended;

static bool look_up_slowly(void *context, struct address address, char name[NAME_SIZE])
{
    (void)context;
    sem_post(&begun);
    sem_wait(&may_go_on);
    snprintf(name, NAME_SIZE, "host-%u", address_ipv4(address));
    sem_post(&ended);
    return true;
}

Test(names, slow_ones_delay_nobody)
{
    enum { ADDRESSES = NAMES_THREADS + 3 };
    struct names *names;
    const char *name;

    sem_init(&begun, 0, 0);
    sem_init(&may_go_on, 0, 0);
    sem_init(&ended, 0, 0);
    names = names_create(&(struct names_source){.lookup = look_up_slowly});
    for (uint32_t address = 0; address < ADDRESSES; address++)
        cr_expect_eq(names_get(names, IPV4(address), &name), NAME_PENDING);
    for (unsigned i = 0; i < NAMES_THREADS; i++)
        sem_wait(&begun);
    cr_expect_neq(sem_trywait(&begun), 0, "no more than that are asked for at once");
    cr_expect_eq(names_pending(names), ADDRESSES);
    cr_expect_not(names_news(names));

    sem_post(&may_go_on);
    sem_wait(&begun); /* the one that answered takes the next, in order */
    cr_expect(names_news(names));
    cr_expect_eq(names_pending(names), ADDRESSES - 1);

    /* Threads wait still; what they hold is freed by the last of them: AddressSanitizer watches. */
    names_destroy(names);
    sem_wait(&ended);
    for (unsigned i = 0; i < NAMES_THREADS; i++)
        sem_post(&may_go_on);
    for (unsigned i = 0; i < NAMES_THREADS; i++)
        sem_wait(&ended);
    cr_expect_neq(sem_trywait(&begun), 0, "after the end nothing is asked any more");
}

Test(names, memory_is_bounded)
{
    struct names *names = names_create(&(struct names_source){.lookup = look_up});
    const char *name;

    for (uint32_t address = 0; address < NAMES_MOST; address++)
        names_get(names, IPV4(1000 + address), &name);
    cr_expect_eq(names_get(names, IPV4(1), &name), NAME_NONE);
    while (names_pending(names)) {
        struct pollfd fd = {names_fd(names), POLLIN, 0};

        cr_assert_eq(poll(&fd, 1, PATIENCE_MS), 1);
        names_news(names);
    }
    cr_expect_eq(names_get(names, IPV4(1), &name), NAME_NONE);
    cr_expect_eq(atomic_load(&lookups), NAMES_MOST);
    names_destroy(names);
}
