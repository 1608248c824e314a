// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <string.h>

#include "addresses.h"
#include "table.h"
#include "trace/watched_hop.h"

/* Feeds words, a round each: letters are responders, '.' is silence, '!' reopens the hop. Writes '-' for each
 * round without a change and '*' for each with one. */
static void feed(struct watched_hop *hop, const char *rounds, char *verdicts)
{
    char copy[512], *rest = copy, *word;

    cr_assert_lt(strlen(rounds), sizeof(copy));
    strcpy(copy, rounds);
    while ((word = strsep(&rest, " "))) {
        struct address values[16];
        unsigned count = 0;

        if (*word == '!') {
            watched_hop_reopen(hop);
            continue;
        }
        for (; *word && *word != '.'; word++)
            values[count++] = IPV4(*word);
        *verdicts++ = watched_hop_round(hop, values, count) ? '*' : '-';
    }
    *verdicts = '\0';
}

#define A15 "A A A A A A A A A A A A A A A"
#define B15 "B B B B B B B B B B B B B B B"

Test(watched_hop, rule)
{
    static const struct {
        const char *name, *rounds, *verdicts;
    } cases[] = {
        {"stays", "A A A A", "----"},
        {"silence says nothing", "A . . A . A", "------"},
        {"silent at first", ". . . A A", "-----"},
        {"moves and stays", "A A B B B", "--*--"},
        {"moves in silence", "A . B B", "--*-"},
        {"moves twice", "A B C C", "-**-"},
        {"moves back soon: told of", "A B A A", "-**-"},
        {"goes to and fro: told of twice", "A B A B B A B A", "-**-----"},
        {"balanced in one round", "A AB B A AB B", "------"},
        {"the order of answers does not matter", "A BA B A", "----"},
        {"moves to a balancer", "A BC C B D", "-*---"},
        {"a balancer shows a further side", "A B A C D A B", "-**----"},
        {"balanced from the first round", "AB A B C", "----"},
        {"steady again where it was", "A B A " A15, "-**---------------"},
        {"a move after that", "A B A " A15 " C C", "-**---------------*-"},
        {"a return after that", "A B A " A15 " B A", "-**---------------**"},
        {"steady again elsewhere", "A B A " B15 " B", "-**---------------*"},
        {"not yet", "A B A " B15 " A", "-**----------------"},
        {"silence does not make it steady", "A B A . . . . . . . . . . . . . . . . . . B",
         "-**-------------------"},
        {"returns when forgotten: steady still", "A " B15 " B A A B", "-*---------------*-*"},
        {"returns when just remembered: balanced", "A B B B B B B B B B B B B B B A B", "-*-------------*-"},
        {"goes round in a wide balancer", "A B C D E F G H A I B C", "-*******----"},
        {"many at once", "ABCDEFGHIJ K A ABCDEFGHIJ", "----"},
        {"reopened: taken as given", "A A ! B B C", "----*"},
        {"reopened and silent", "A ! . . B A", "----*"},
        {"reopened: the same again", "A ! A B", "--*"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct watched_hop hop = {0};
        char verdicts[256];

        feed(&hop, cases[i].rounds, verdicts);
        cr_expect_str_eq(verdicts, cases[i].verdicts, "%s: %s", cases[i].name, verdicts);
    }
}

/* What is told of last is where the hop is, whatever happened on the way. */
Test(watched_hop, ends_told_of_truly)
{
    uint64_t random = 1;

    for (unsigned run = 0; run < 200; run++) {
        struct watched_hop hop = {0};
        struct address told = ADDRESS_NONE, value = ADDRESS_NONE;

        for (unsigned round = 0; round < 60 + WATCHED_MEMORY; round++) {
            random = random * 6364136223846793005U + 1442695040888963407U;
            if (round < 60)
                value = IPV4(1 + (random >> 60) % (2 + run % 12));
            if (watched_hop_round(&hop, &value, 1) || round == 0)
                told = value;
        }
        cr_assert(address_equal(told, value), "run %u", run);
        cr_assert(address_equal(hop.told, value), "run %u", run);
        cr_assert_eq(hop.state, HOP_STEADY);
    }
}
