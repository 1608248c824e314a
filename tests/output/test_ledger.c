// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "output/ledger.h"

static struct ledger balanced_ledger(void)
{
    return (struct ledger){
        .generated = 2097152,
        .sent = 2097000,
        .blocked = 140,
        .no_way = 10,
        .tx_dropped = 2,
        .arrived = 1204,
        .device_dropped = 4,
        .received = 1200,
        .passed = 100,
        .rejected_filter = {[FILTER_REJECT_FOREIGN] = 7, [FILTER_REJECT_FORGED] = 3},
        .redirected = 1090,
        .decoded = 1000,
        .ring_full = 50,
        .fill_empty = 30,
        .rx_dropped = 7,
        .redirect_failed = 3,
        .accepted = 989,
        .rejected_decode = {[DECODE_REJECT_FORGED] = 5, [DECODE_REJECT_OUT_OF_SURVEY] = 6},
        .written = 900,
        .writer_dropped = 89,
        .answers = 80,
        .answers_heard = 70,
        .answer_ring_full = 6,
        .answers_after_end = 4,
        .to_capture = 1010,
        .captured = 1000,
        .capture_dropped = 9,
        .capture_past_limit = 1,
    };
}

static char *printed(const struct ledger *ledger)
{
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    ledger_print(ledger, out);
    fclose(out);
    return text;
}

Test(ledger, sums_rejections)
{
    struct ledger ledger = balanced_ledger();

    cr_expect_eq(ledger_rejected_filter(&ledger), 10);
    cr_expect_eq(ledger_rejected_decode(&ledger), 11);
}

Test(ledger, empty_one_is_balanced)
{
    cr_expect(ledger_balanced(&(struct ledger){0}));
}

/* Each counter stands in an equation: one packet more or less anywhere, and the ledger does not balance. */
Test(ledger, every_counter_is_weighed)
{
    struct ledger ledger = balanced_ledger();
    uint64_t *counters = (uint64_t *)&ledger;

    cr_assert(ledger_balanced(&ledger));
    for (size_t i = 0; i < sizeof(ledger) / sizeof(*counters); i++) {
        counters[i]++;
        cr_expect_not(ledger_balanced(&ledger), "counter %zu", i);
        counters[i] -= 2;
        cr_expect_not(ledger_balanced(&ledger), "counter %zu", i);
        counters[i]++;
    }
}

Test(ledger, json_has_every_key_in_order)
{
    struct ledger ledger = balanced_ledger();
    json_t *object = ledger_json(&ledger);
    char *text = json_dumps(object, JSON_COMPACT);

    cr_expect_str_eq(
        text,
        "{\"generated\":2097152,\"sent\":2097000,\"blocked\":140,\"no_way\":10,\"tx_dropped\":2,\"arrived\":"
        "1204,"
        "\"device_dropped\":4,\"received\":1200,"
        "\"passed\":100,\"rejected_filter\":{\"truncated\":0,\"foreign\":7,\"forged\":3,\"no_socket\":0,"
        "\"excess\":0},"
        "\"redirected\":1090,\"decoded\":1000,\"ring_full\":50,\"fill_empty\":30,\"rx_dropped\":7,"
        "\"redirect_failed\":3,"
        "\"accepted\":989,\"excess\":0,\"rejected_decode\":{\"not_a_reply\":0,\"truncated\":0,\"foreign\":0,"
        "\"forged\":5,"
        "\"ip_checksum\":0,\"icmp_checksum\":0,\"out_of_survey\":6},\"written\":900,\"writer_dropped\":89,"
        "\"answers\":80,\"answers_heard\":70,\"answer_ring_full\":6,\"answers_after_end\":4,"
        "\"to_capture\":1010,\"captured\":1000,\"capture_dropped\":9,\"capture_past_limit\":1,"
        "\"balanced\":true}");
    free(text);
    json_decref(object);
}

Test(ledger, json_comes_back)
{
    struct ledger ledger = balanced_ledger(), back = {0};
    json_t *object = ledger_json(&ledger);

    cr_expect_null(ledger_from_json(object, &back));
    cr_expect_arr_eq(&back, &ledger, sizeof(ledger));
    json_decref(object);
}

Test(ledger, earlier_versions_counted_less)
{
    struct ledger ledger = balanced_ledger(),
                  back = {.excess = 5, .redirect_failed = 6, .no_way = 7, .answers = 8, .captured = 9};
    json_t *object = ledger_json(&ledger);

    json_object_del(object, "excess");
    json_object_del(object, "redirect_failed");
    json_object_del(object, "no_way");
    json_object_del(object, "answers");
    json_object_del(object, "answers_heard");
    json_object_del(object, "answer_ring_full");
    json_object_del(object, "answers_after_end");
    json_object_del(object, "captured");
    json_object_del(json_object_get(object, "rejected_filter"), "excess");
    cr_expect_null(ledger_from_json(object, &back));
    cr_expect_eq(back.excess, 0);
    cr_expect_eq(back.rejected_filter[FILTER_REJECT_EXCESS], 0);
    cr_expect_eq(back.redirect_failed, 0);
    cr_expect_eq(back.no_way, 0);
    cr_expect_eq(back.captured, 0);
    cr_expect_eq(back.answers + back.answers_heard + back.answer_ring_full + back.answers_after_end, 0);
    json_decref(object);
}

Test(ledger, broken_json_is_named)
{
    struct ledger ledger = balanced_ledger(), back;
    json_t *object = ledger_json(&ledger);

    json_object_set_new(json_object_get(object, "rejected_decode"), "forged", json_string("5"));
    cr_expect_str_eq(ledger_from_json(object, &back), "rejected_decode");
    json_object_set_new(object, "rejected_filter", json_integer(5));
    cr_expect_str_eq(ledger_from_json(object, &back), "rejected_filter");
    json_object_set_new(object, "blocked", json_integer(-1));
    cr_expect_str_eq(ledger_from_json(object, &back), "blocked");
    json_object_set_new(object, "sent", json_null());
    cr_expect_str_eq(ledger_from_json(object, &back), "sent");
    cr_expect_str_eq(ledger_from_json(NULL, &back), "generated");
    json_decref(object);
}

Test(ledger, print_tells_where_packets_went)
{
    struct ledger ledger = balanced_ledger();
    char *text = printed(&ledger);

    cr_expect_str_eq(
        text, "  generated        2,097,152 = sent 2,097,000 + blocked 140 + no way 10 + tx dropped 2\n"
              "  arrived              1,204 = device dropped 4 + received 1,200\n"
              "  received             1,200 = passed 100 + rejected filter 10 (foreign 7, forged 3) + "
              "redirected 1,090\n"
              "  redirected           1,090 = decoded 1,000 + ring full 50 + fill empty 30 + rx dropped 7 + "
              "redirect failed 3\n"
              "  decoded              1,000 = accepted 989 + excess 0 + rejected decode 11 (forged 5, out of "
              "survey 6)\n"
              "  accepted               989 = written 900 + writer dropped 89\n"
              "  answers                 80 = answers heard 70 + answer ring full 6 + answers after end 4\n"
              "  to capture           1,010 = captured 1,000 + capture dropped 9 + capture past limit 1\n");
    free(text);
}

/* Most strategies learn nothing from answers. */
Test(ledger, print_leaves_out_answers_that_nobody_wants)
{
    struct ledger ledger = balanced_ledger();

    ledger.answers = ledger.answers_heard = ledger.answer_ring_full = ledger.answers_after_end = 0;
    char *text = printed(&ledger);
    cr_expect_null(strstr(text, "answers"));
    free(text);
    ledger.answers_heard = 1;
    text = printed(&ledger);
    cr_expect_not_null(strstr(text, "NOT BALANCED: answers is 1 less"));
    free(text);
}

Test(ledger, print_tells_what_does_not_balance)
{
    struct ledger ledger = balanced_ledger();

    ledger.sent -= 1234;
    ledger.written += 1;
    char *text = printed(&ledger);

    cr_expect_not_null(strstr(text, "NOT BALANCED: generated is 1,234 more than the sum of its parts\n"));
    cr_expect_not_null(strstr(text, "NOT BALANCED: accepted is 1 less than the sum of its parts\n"));
    free(text);
}
