// SPDX-License-Identifier: GPL-2.0-or-later
/* What the reply filter does is alike for every layout of the table. */
#include "base/clock.h"
#include "bpf/reply_filter_run.h"
#include "target_answer.h"

static const struct probe ipv4_probe = {
    .target_address = {0, ADDRESS_IPV4_PREFIX | 0x08080808}, .flow = 3, .ttl = 9};
static const struct probe ipv6_probe = {
    .target_address = {0x2001486048600000ULL, 0x8888}, .flow = 3, .ttl = 9};

static uint32_t now_us(void)
{
    return (uint32_t)(clock_now_ns() / NS_PER_US);
}

static unsigned craft(const struct layout_choice *choice, uint32_t sent_us, uint8_t ip[LAYOUT_LONGEST])
{
    if (choice->layout->family == FAMILY_IPV4)
        return layout_craft_once(choice, address_of_ipv4(filter_source), &ipv4_probe, sent_us, ip);
    return layout_craft_once(choice, filter_source6, &ipv6_probe, sent_us, ip);
}

static enum filter_counter counted(struct filter *filter)
{
    struct filter_counters now = filter_counted(filter);
    int found = FILTER_RECEIVED;

    for (int i = FILTER_PASSED; i < FILTER_COUNTERS; i++)
        if (now.count[i] != filter->seen.count[i])
            found = i;
    filter->seen = now;
    return (enum filter_counter)found;
}

static enum filter_counter run(struct filter *filter, const uint8_t *frame, unsigned length)
{
    filter_run(filter, frame, length, NULL, NULL);
    return counted(filter);
}

/* What routers have to quote: eight bytes behind an IPv4 header (RFC 792), all of IPv6 (RFC 4443). */
static enum filter_counter run_quotation(struct filter *filter, const struct layout_choice *choice)
{
    uint8_t frame[REPLY_FRAME_MAX], ip[LAYOUT_LONGEST];
    unsigned length = craft(choice, now_us(), ip);
    const struct reply_shape shape = {
        .family = choice->layout->family,
        .quotation = ip,
        .quoted_length = choice->layout->family == FAMILY_IPV4 ? QUOTATION_MIN : length,
    };

    return run(filter, frame, reply_frame_build(&shape, frame, NULL));
}

Test(reply_filter_layouts, quotations_of_ours_alone_are_redirected)
{
    for (size_t i = 0; i < LAYOUT_COUNT; i++) {
        struct layout_choice choice = layout_choose(&layouts[i], filter_key);
        struct filter filter = filter_load_layout(&choice, CELL_NO_LIMIT);

        filter_add_socket(&filter);
        cr_expect_eq(run_quotation(&filter, &choice), FILTER_REDIRECTED, "%s", layouts[i].name);
        choice.key.k1 ^= 0x5555;
        cr_expect_eq(run_quotation(&filter, &choice), FILTER_REJECTED_FORGED, "%s", layouts[i].name);
        filter_unload(&filter);
    }
}

static enum filter_counter run_answer(struct filter *filter, const struct layout_choice *choice,
                                      uint32_t sent_us, uint8_t tcp_flags)
{
    uint8_t frame[ETHERNET_HEADER + LAYOUT_LONGEST] = {0}, *ip = frame + ETHERNET_HEADER;
    unsigned length = craft(choice, sent_us, ip);

    store_be16(frame + ETHERNET_TYPE,
               choice->layout->family == FAMILY_IPV4 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6);
    if (!target_answer_make(choice->layout, ip, tcp_flags))
        return FILTER_COUNTERS;
    return run(filter, frame, ETHERNET_HEADER + length);
}

static uint8_t usual_flags(const struct layout *layout)
{
    return layout->number == LAYOUT_TCP4_ACK || layout->number == LAYOUT_TCP6_ACK ? TCP_RST : TCP_SYN_ACK;
}

Test(reply_filter_layouts, answers_of_targets_are_redirected_if_their_tags_are_right)
{
    for (size_t i = 0; i < LAYOUT_COUNT; i++) {
        const struct layout_choice choice = layout_choose(&layouts[i], filter_key);
        struct layout_choice other = choice;
        struct filter filter = filter_load_layout(&choice, CELL_NO_LIMIT);
        unsigned redirected = 0;

        filter_add_socket(&filter);
        enum filter_counter counter = run_answer(&filter, &choice, now_us(), usual_flags(&layouts[i]));
        cr_expect(counter == FILTER_REDIRECTED || counter == FILTER_COUNTERS, "%s: %d", layouts[i].name,
                  counter);
        for (other.key.k0 = 0; counter != FILTER_COUNTERS && other.key.k0 < 1000; other.key.k0++)
            redirected +=
                run_answer(&filter, &other, now_us(), usual_flags(&layouts[i])) == FILTER_REDIRECTED;
        cr_expect_leq(redirected, 15, "%s: forged", layouts[i].name);
        filter_unload(&filter);
    }
}

/* The kernel ends what a target goes on waiting for. */
Test(reply_filter_layouts, a_syn_ack_that_is_repeated_is_the_kernels)
{
    static const struct {
        uint32_t after_us;
        enum filter_counter counter;
    } cases[] = {
        {0, FILTER_REDIRECTED},   {200000, FILTER_REDIRECTED}, {1000000, FILTER_PASSED},
        {3000000, FILTER_PASSED}, {15000000, FILTER_PASSED},   {(uint32_t)-1000, FILTER_REDIRECTED},
    };
    const struct layout_choice choice = layout_choose(&layouts[LAYOUT_TCP4_SYN], filter_key);
    struct filter filter = filter_load_layout(&choice, CELL_NO_LIMIT);

    filter_add_socket(&filter);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        cr_expect_eq(run_answer(&filter, &choice, now_us() - cases[i].after_us, TCP_SYN_ACK),
                     cases[i].counter, "SYN-ACK after %u us", cases[i].after_us);
        cr_expect_eq(run_answer(&filter, &choice, now_us() - cases[i].after_us, TCP_RST | TCP_ACK),
                     FILTER_REDIRECTED, "RST after %u us", cases[i].after_us);
    }
    filter_unload(&filter);
}
