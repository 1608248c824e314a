// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/netlink.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <linux/rtnetlink.h>

#include "host/netns.h"
#include "host/two_hosts.h"

static int count_answers(const struct nlmsghdr *message, void *context)
{
    unsigned *count = context;

    (void)message;
    ++*count;
    return 0;
}

static int refuse_answer(const struct nlmsghdr *message, void *context)
{
    count_answers(message, context);
    return -ENOTUNIQ;
}

static void request_link(struct netlink_request *request, int index)
{
    struct ifinfomsg *link = netlink_request_init(request, RTM_GETLINK, 0, sizeof(*link));

    link->ifi_index = index;
}

Test(netlink, query_hands_over_one_answer)
{
    struct netlink_request request;
    unsigned answers = 0;

    request_link(&request, 1);
    cr_expect_eq(netlink_query(&request, count_answers, &answers), 0);
    cr_expect_eq(answers, 1);
}

Test(netlink, dump_hands_over_every_answer)
{
    struct netlink_request request;
    struct two_hosts hosts;
    unsigned answers = 0;

    two_hosts_make(&hosts);
    netlink_request_init(&request, RTM_GETLINK, 0, sizeof(struct ifinfomsg));
    cr_expect_eq(netlink_dump(&request, count_answers, &answers), 0);
    cr_expect_eq(answers, 2, "lo and near, not %u", answers);
}

Test(netlink, errors_of_handler_and_kernel_come_back)
{
    unsigned before = open_descriptors(), answers = 0;
    struct netlink_request request;

    request_link(&request, 1);
    cr_expect_eq(netlink_query(&request, refuse_answer, &answers), -ENOTUNIQ);
    cr_expect_eq(answers, 1);
    request_link(&request, 9999);
    cr_expect_eq(netlink_query(&request, refuse_answer, &answers), -ENODEV);
    cr_expect_eq(answers, 1);
    netlink_request_init(&request, RTM_MAX, 0, sizeof(struct ifinfomsg));
    cr_expect_eq(netlink_change(&request), -EOPNOTSUPP);
    cr_expect_eq(open_descriptors(), before);
}

/* A message as the kernel would send it, with one attribute of three bytes. */
static void make_message(struct netlink_request *request)
{
    netlink_request_init(request, RTM_NEWLINK, 0, sizeof(struct ifinfomsg));
    mnl_attr_put(&request->header, IFLA_ADDRESS, 3, "abc");
}

Test(netlink, read_checks_the_length)
{
    static const struct {
        uint16_t type;
        size_t size;
        bool found;
        const char *text;
    } table[] = {
        {IFLA_ADDRESS, 3, true, "abc?"},
        {IFLA_ADDRESS, 2, true, "ab??"},
        {IFLA_ADDRESS, 4, false, "????"},
        {IFLA_BROADCAST, 3, false, "????"},
    };
    struct netlink_request request;

    make_message(&request);
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        char text[] = "????";

        cr_expect_eq(
            netlink_read(&request.header, sizeof(struct ifinfomsg), table[i].type, text, table[i].size),
            table[i].found, "row %zu", i);
        cr_expect_str_eq(text, table[i].text, "row %zu", i);
    }
}

Test(netlink, attribute_beyond_the_message_is_not_found)
{
    struct netlink_request request;

    make_message(&request);
    cr_assert_not_null(netlink_attribute(&request.header, sizeof(struct ifinfomsg), IFLA_ADDRESS));
    request.header.nlmsg_len -= 4;
    cr_expect_null(netlink_attribute(&request.header, sizeof(struct ifinfomsg), IFLA_ADDRESS));
    request.header.nlmsg_len = sizeof(request.header);
    cr_expect_null(netlink_attribute(&request.header, sizeof(struct ifinfomsg), IFLA_ADDRESS));
}
