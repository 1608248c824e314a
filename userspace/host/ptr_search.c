// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/ptr_search.h"

#include <ares.h>
#include <errno.h>
#include <math.h>
#include <netdb.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/socket_address.h"
#include "base/stop_signal.h"

enum {
    AT_ONCE = 256, /* 100 kB each */
    SOCKETS_MOST = AT_ONCE * ARES_GETSOCK_MAXNUM,
    NAME_MOST = 253,
    TRIES = 2,
    TRY_MS = 2000,
    LONGEST_WAIT_MS = 100, /* for signals */
    QUESTION_SIZE = 80,    /* 32 labels of a digit, "ip6.arpa" and a NUL: 73 */
    CLASS_IN = 1,
    TYPE_PTR = 12,
};

/* Each question has a channel of its own, whose sockets last as long as the channel. So each question leaves
 * by another port, which an attacker who wants to answer instead of the server must guess in addition to the
 * number. */
struct question {
    struct ptr_search *search;
    ares_channel channel;
    size_t index; /* of the address */
    struct address address;
    bool is_open;
};

struct ptr_search {
    uint64_t interval_ns;
    ptr_told *told;
    void *context;
    struct question questions[AT_ONCE];
    unsigned vacant[AT_ONCE], vacant_count; /* questions that are free */
    struct pollfd polled[SOCKETS_MOST];
    struct question *asked_by[SOCKETS_MOST]; /* the question that each polled socket belongs to */
};

static int open_question(struct question *question, const char *servers, struct error_text *error)
{
    struct ares_options options = {.timeout = TRY_MS, .tries = TRIES};
    int status = ares_init_options(&question->channel, &options, ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES);

    if (status != ARES_SUCCESS) {
        question->channel = NULL;
        return error_text_set(error, -EINVAL, "%s", ares_strerror(status));
    }
    if (servers && ares_set_servers_ports_csv(question->channel, servers) != ARES_SUCCESS)
        return error_text_set(error, -EINVAL,
                              "'%s' is not a server such as 192.0.2.53 or [2001:db8::53]:5353", servers);
    return 0;
}

struct ptr_search *ptr_search_open(const struct ptr_search_config *config, struct error_text *error)
{
    struct ptr_search *search = calloc(1, sizeof(*search));
    int code = 0;

    if (!search) {
        error_text_set(error, -ENOMEM, "out of memory");
        return NULL;
    }
    for (unsigned i = 0; !code && i < AT_ONCE; i++) {
        search->questions[i].search = search;
        search->vacant[search->vacant_count++] = i;
        code = open_question(&search->questions[i], config->servers, error);
    }
    if (code) {
        ptr_search_close(search);
        return NULL;
    }
    search->interval_ns = isinf(config->rate) ? 0 : (uint64_t)((double)NS_PER_S / config->rate);
    return search;
}

void ptr_search_close(struct ptr_search *search)
{
    if (!search)
        return;
    search->told = NULL; /* questions still open are given up */
    for (unsigned i = 0; i < AT_ONCE && search->questions[i].channel; i++)
        ares_destroy(search->questions[i].channel);
    free(search);
}

static bool is_host(const char *name)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";
    size_t length = strspn(name, allowed);

    return length && length <= NAME_MOST && !name[length];
}

/* The first name of an answer; NULL if c-ares finds none. Free it with ares_free_hostent(). */
static struct hostent *read_answer(const struct question *question, const unsigned char *answer, int length)
{
    struct socket_address address = socket_address_of(question->address, 0);
    struct hostent *host = NULL;
    int status = address.any.sa_family == AF_INET
                     ? ares_parse_ptr_reply(answer, length, &address.ipv4.sin_addr, sizeof(struct in_addr),
                                            AF_INET, &host)
                     : ares_parse_ptr_reply(answer, length, &address.ipv6.sin6_addr, sizeof(struct in6_addr),
                                            AF_INET6, &host);

    return status == ARES_SUCCESS ? host : NULL;
}

static void tell(const struct question *question, enum ptr_outcome outcome, const char *name)
{
    const struct ptr_search *search = question->search;

    if (search->told)
        search->told(search->context, question->index, outcome, name);
}

static void take_answer(void *argument, int status, int timeouts, unsigned char *answer, int length)
{
    struct question *question = argument;
    struct ptr_search *search = question->search;
    struct hostent *host = status == ARES_SUCCESS ? read_answer(question, answer, length) : NULL;
    bool is_named = host && host->h_name && is_host(host->h_name);
    bool is_answered = status == ARES_SUCCESS || status == ARES_ENODATA || status == ARES_ENOTFOUND;

    (void)timeouts;
    question->is_open = false;
    search->vacant[search->vacant_count++] = (unsigned)(question - search->questions);
    tell(question, is_named ? PTR_NAME : is_answered ? PTR_NONE : PTR_FAILED, is_named ? host->h_name : NULL);
    if (host)
        ares_free_hostent(host);
}

/* 192.0.2.1 becomes "1.2.0.192.in-addr.arpa"; for IPv6 each half of a byte is a label. */
static void write_question(struct address address, char text[QUESTION_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    uint8_t bytes[ADDRESS_BYTES];
    size_t at = 0;

    if (address_family(address) == FAMILY_IPV4) {
        uint32_t ipv4 = address_ipv4(address);

        snprintf(text, QUESTION_SIZE, "%u.%u.%u.%u.in-addr.arpa", ipv4 & 0xff, ipv4 >> 8 & 0xff,
                 ipv4 >> 16 & 0xff, ipv4 >> 24);
        return;
    }
    address_store(bytes, address);
    for (size_t i = ADDRESS_BYTES; i-- > 0;) {
        text[at++] = digits[bytes[i] & 0xf];
        text[at++] = '.';
        text[at++] = digits[bytes[i] >> 4];
        text[at++] = '.';
    }
    memcpy(text + at, "ip6.arpa", sizeof("ip6.arpa"));
}

static void ask(struct ptr_search *search, const struct address *addresses, size_t index)
{
    struct question *question = &search->questions[search->vacant[--search->vacant_count]];
    char text[QUESTION_SIZE];

    question->index = index;
    question->address = addresses[index];
    question->is_open = true;
    write_question(addresses[index], text);
    ares_query(question->channel, text, CLASS_IN, TYPE_PTR, take_answer, question);
}

/* Adds the sockets of a question to those polled; returns their new number. */
static nfds_t add_sockets(struct ptr_search *search, struct question *question, nfds_t count)
{
    ares_socket_t sockets[ARES_GETSOCK_MAXNUM];
    unsigned asked = (unsigned)ares_getsock(question->channel, sockets, ARES_GETSOCK_MAXNUM);

    /* As by ARES_GETSOCK_READABLE() and ARES_GETSOCK_WRITABLE(), which shift the 1 of an int by 31 for the last. */
    for (unsigned i = 0; i < ARES_GETSOCK_MAXNUM; i++) {
        bool reads = asked >> i & 1, writes = asked >> (i + ARES_GETSOCK_MAXNUM) & 1;

        if (!reads && !writes)
            continue;
        search->polled[count] =
            (struct pollfd){.fd = sockets[i], .events = writes ? POLLIN | POLLOUT : POLLIN};
        search->asked_by[count++] = question;
    }
    return count;
}

static uint64_t shorter_wait_ns(const struct question *question, uint64_t most_ns)
{
    struct timeval wait;
    const struct timeval *due = ares_timeout(question->channel, NULL, &wait);
    uint64_t due_ns = due ? (uint64_t)due->tv_sec * NS_PER_S + (uint64_t)due->tv_usec * NS_PER_US : most_ns;

    return due_ns < most_ns ? due_ns : most_ns;
}

static void take(const struct question *question, const struct pollfd *polled)
{
    if (polled->revents)
        ares_process_fd(question->channel,
                        polled->revents & (POLLIN | POLLERR | POLLHUP) ? polled->fd : ARES_SOCKET_BAD,
                        polled->revents & POLLOUT ? polled->fd : ARES_SOCKET_BAD);
}

/* Waits until a server answers, a question must be repeated, or `until_ns`; takes the answers. */
static void wait_and_take(struct ptr_search *search, uint64_t until_ns, uint64_t now_ns)
{
    uint64_t wait_ns = LONGEST_WAIT_MS * NS_PER_MS;
    nfds_t count = 0;

    if (until_ns > now_ns && until_ns - now_ns < wait_ns)
        wait_ns = until_ns - now_ns;
    for (unsigned i = 0; i < AT_ONCE; i++) {
        if (!search->questions[i].is_open)
            continue;
        count = add_sockets(search, &search->questions[i], count);
        wait_ns = shorter_wait_ns(&search->questions[i], wait_ns);
    }
    poll(search->polled, count, (int)(wait_ns / NS_PER_MS) + 1);
    for (nfds_t i = 0; i < count; i++)
        take(search->asked_by[i], &search->polled[i]);
    for (unsigned i = 0; i < AT_ONCE; i++)
        if (search->questions[i].is_open)
            ares_process_fd(search->questions[i].channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

void ptr_search_run(struct ptr_search *search, const struct address *addresses, size_t count, ptr_told *told,
                    void *context)
{
    uint64_t due = clock_now_ns();
    size_t next = 0;

    search->told = told;
    search->context = context;
    while ((next < count || search->vacant_count < AT_ONCE) && !stop_signal_pending()) {
        uint64_t now = clock_now_ns();

        for (; next < count && search->vacant_count && due <= now; due += search->interval_ns)
            ask(search, addresses, next++);
        /* Questions that could not be asked while all places were taken are not made up for by a faster
         * rate. */
        if (next < count && !search->vacant_count && due < now)
            due = now;
        wait_and_take(search, next < count && search->vacant_count ? due : UINT64_MAX, now);
    }
}
