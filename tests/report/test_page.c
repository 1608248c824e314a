// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/page.h"

#include "output/records.h"
#include "report/flow.h"
#include "report/gather.h"
#include "report/written.h"

static const char *const hostile = "</title><script>alert(1)</script>\x1b[2J\xef\xbf\xbf&'\"";

/* Every text of anybody is one that would do harm. */
static void fill_metadata(struct survey_metadata *metadata, json_t *limited)
{
    static const char *arguments[] = {"survey", "--key", "0123456789ABCDEF00000000000000ff", NULL};

    arguments[3] = hostile;
    *metadata = (struct survey_metadata){
        .host = hostile,
        .nic = hostile,
        .driver = hostile,
        .kernel = hostile,
        .contact = hostile,
        .strategy = hostile,
        .tx = hostile,
        .stopped = hostile,
        .command_line = {arguments, 4},
        .key = {0x0123456789abcdef, 0xff},
        .limited = limited,
        .start_us = UINT64_MAX,
        .ended = true,
        .ledger = {.generated = 10,
                   .sent = 8,
                   .blocked = 2,
                   .arrived = 5,
                   .received = 5,
                   .passed = 1,
                   .redirected = 4,
                   .decoded = 4,
                   .accepted = 3,
                   .excess = 1,
                   .written = 3},
    };
}

static struct numbers *make(const char *name, uint64_t records, json_t *limited)
{
    struct numbers *numbers = numbers_new(name);
    struct gather *gather;

    cr_assert_not_null(numbers);
    cr_assert_eq(gather_open(&gather, numbers), 0);
    for (uint64_t i = 0; i < records; i++) {
        struct record record = record_plain();

        record.responder = IPV4((uint32_t)mix64(i));
        record.target_address = IPV4((uint32_t)mix64(i + 77));
        record.probe_ttl = (uint8_t)(i % 30);
        record.time_us += i * 1000;
        record.rtt_us = (uint32_t)(mix64(i) % 400000);
        cr_assert_eq(gather_add(gather, &record), 0);
    }
    cr_assert_eq(gather_end(gather), 0);
    gather_close(gather);
    fill_metadata(&numbers->metadata, limited);
    numbers->has_metadata = true;
    return numbers;
}

static char *page_of(struct numbers *const *all, size_t count)
{
    const struct numbers_list list = {all, count};
    struct written written;

    written_begin(&written);
    cr_assert_eq(page_write(&list, (struct owners){0}, written.out), 0);
    return written_end(&written);
}

static void drop(struct numbers *numbers)
{
    numbers->has_metadata = false; /* its texts are no allocations */
    numbers_free(numbers);
}

Test(page, nothing_of_what_it_shows_is_obeyed)
{
    json_t *limited = json_pack("[{s:s, s:s}, i]", "responder", "<script>x</script>", "asked", "<", 7);
    struct numbers *numbers = make(hostile, 100, limited);
    char *page = page_of(&numbers, 1);

    cr_expect_null(strstr(page, "<script"));
    cr_expect_null(strchr(page, '\x1b'));
    cr_expect_null(strstr(page, "\xef\xbf\xbf"));
    cr_expect_eq(occurrences(page, "</title>\n<style>"), 1);
    cr_expect_gt(occurrences(page, "&#60;script&#62;"), 8, "it is shown");
    cr_expect_null(strcasestr(page, "0123456789abcdef"), "the key is nobody's business");
    free(page);
    json_decref(limited);
    drop(numbers);
}

/* Two flows that part and meet again. */
Test(page, shows_diamonds_where_there_are_several_flows)
{
    static const uint32_t responders[2][3] = {{1, 2, 4}, {1, 3, 4}};
    struct numbers *numbers = make("a.csv", 0, NULL);
    struct gather *gather;
    char *page = page_of(&numbers, 1);

    cr_expect_null(strstr(page, "id=\"diamonds\""));
    free(page);
    cr_assert_eq(gather_open(&gather, numbers), 0);
    for (uint16_t i = 0; i < 6; i++) {
        struct record record = record_plain();

        record.flow = i / 3;
        record.probe_ttl = (uint8_t)(1 + i % 3);
        record.responder = IPV4(responders[i / 3][i % 3]);
        cr_assert_eq(gather_add(gather, &record), 0);
    }
    cr_assert_eq(gather_end(gather), 0);
    gather_close(gather);
    page = page_of(&numbers, 1);
    cr_expect(strstr(page, "Of 1 prefix with answers to several flows, 1 is behind a diamond, 0 behind"));
    cr_expect(strstr(
        page, "<th scope=\"row\">0.0.0.1</th><th scope=\"row\">0.0.0.4</th><td>2</td><td>2</td><td>2</td>"
              "<td>1</td>"));
    cr_expect(strstr(page, "<h3>Diamonds by width</h3>"));
    free(page);
    drop(numbers);
}

Test(page, asks_for_nothing)
{
    struct numbers *numbers = make("a.csv", 100, NULL);
    char *page = page_of(&numbers, 1);

    cr_expect_eq(occurrences(page, "http"), occurrences(page, "http://www.w3.org/") + 1, "but http-equiv");
    cr_expect_eq(occurrences(page, "href="),
                 occurrences(page, "href='data:") + occurrences(page, "href=\"data:"));
    cr_expect_eq(occurrences(page, "src=") + occurrences(page, "url(") + occurrences(page, "@import"), 0);
    free(page);
    drop(numbers);
}

/* As many surveys as there may be, with maps of which each pixel has any shade: the worst to compress. */
Test(page, has_a_bound)
{
    struct numbers *all[PAGE_SURVEYS_MAX];
    const size_t counts[] = {4, PAGE_SURVEYS_MAX}; /* those with the largest maps, and the most numbers */

    for (size_t i = 0; i < PAGE_SURVEYS_MAX; i++) {
        all[i] = make(hostile, 300, NULL);
        for (uint64_t k = 0; k < ADDRESS_MAP_WORDS; k++)
            all[i]->targets.words[k] = all[i]->responders.words[k] = (1ULL << mix64(k) % 64) - 1;
    }
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        char *page = page_of(all, counts[i]);

        cr_expect_lt(strlen(page), 3000000, "%zu surveys: %zu", counts[i], strlen(page));
        free(page);
    }
    for (size_t i = 0; i < PAGE_SURVEYS_MAX; i++)
        drop(all[i]);
}

Test(flow, every_counter_that_is_not_0_is_told)
{
    const struct ledger ledger = {.generated = 10,
                                  .sent = 8,
                                  .blocked = 2,
                                  .arrived = 4,
                                  .received = 4,
                                  .redirected = 3,
                                  .rejected_filter = {[FILTER_REJECT_FORGED] = 1},
                                  .decoded = 3,
                                  .accepted = 3,
                                  .written = 2,
                                  .writer_dropped = 1};
    struct written written;

    written_begin(&written);
    flow_svg(&ledger, "id", written.out);
    char *text = written_end(&written);
    cr_expect(strstr(text, ">generated 10 = sent 8 + blocked 2</text>"), "%s", text);
    cr_expect(strstr(text, ">received 4 = redirected 3 + rejected filter 1</text>"));
    cr_expect(strstr(text, ">accepted 3 = written 2 + writer dropped 1</text>"));
    cr_expect_null(strstr(text, "answers"), "nothing was learnt");
    free(text);
    written_begin(&written);
    flow_table_csv(&ledger, "a \"b\"", written.out);
    text = written_end(&written);
    cr_expect(strstr(text, "\"a \"\"b\"\"\",rejected_filter,forged,1\n"), "%s", text);
    free(text);
}
