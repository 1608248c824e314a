// SPDX-License-Identifier: GPL-2.0-or-later
#include "metrics/prometheus_http.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "metrics/prometheus_listen.h"
#include "table.h"

struct server {
    struct prometheus_http *http;
    uint16_t port;
};

static struct server serve(void)
{
    struct socket_address address;
    struct server server;

    cr_assert(prometheus_listen_parse("0", &address));
    int fd = prometheus_listen_open(&address);
    cr_assert_geq(fd, 0);
    server.http = prometheus_http_create(fd);
    server.port = prometheus_listen_port(fd);
    cr_assert(server.http && server.port);
    return server;
}

static void publish(struct prometheus_http *http, const char *text)
{
    cr_assert_eq(prometheus_http_publish(http, strdup(text), strlen(text)), 0);
}

static int dial(uint16_t port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    cr_assert_eq(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    return fd;
}

/* The whole answer, for free(). */
static char *ask(uint16_t port, const char *request)
{
    int fd = dial(port);
    size_t length = 0, room = 1 << 20;
    char *answer = malloc(room);
    ssize_t n;

    cr_assert_eq(write(fd, request, strlen(request)), (ssize_t)strlen(request));
    while ((n = read(fd, answer + length, room - 1 - length)) > 0)
        length += (size_t)n;
    answer[length] = '\0';
    close(fd);
    return answer;
}

Test(prometheus_http, answers)
{
    static const struct {
        const char *request, *status, *header, *body;
    } cases[] = {
        {"GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "HTTP/1.1 200 OK",
         "Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n", "a_metric 7\n"},
        {"GET /metrics?x=1 HTTP/1.0\r\n\r\n", "HTTP/1.1 200 OK", "Content-Length: 11\r\n", "a_metric 7\n"},
        {"HEAD /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "HTTP/1.1 200 OK",
         "Content-Length: 11\r\n", ""},
        {"GET / HTTP/1.0\r\n\r\n", "HTTP/1.1 200 OK", "Content-Type: text/plain; charset=utf-8\r\n",
         "hopwire: metrics for Prometheus are at /metrics\n"},
        {"GET /other HTTP/1.0\r\n\r\n", "HTTP/1.1 404 Not Found", "",
         "There is nothing here; metrics are at /metrics\n"},
        {"POST /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc",
         "HTTP/1.1 405 Method Not Allowed", "Allow: GET, HEAD\r\n", "Only GET and HEAD are understood\n"},
    };
    struct server server = serve();

    publish(server.http, "a_metric 7\n");
    for (size_t i = 0; i < COUNT(cases); i++) {
        char *answer = ask(server.port, cases[i].request);
        const char *body = strstr(answer, "\r\n\r\n");

        cr_expect_eq(strncmp(answer, cases[i].status, strlen(cases[i].status)), 0, "%zu: %s", i, answer);
        cr_expect_not_null(strstr(answer, cases[i].header), "%zu: %s", i, answer);
        cr_assert_not_null(body);
        cr_expect_str_eq(body + 4, cases[i].body);
        free(answer);
    }
    prometheus_http_destroy(server.http);
}

Test(prometheus_http, begins_empty)
{
    struct server server = serve();
    char *answer = ask(server.port, "GET /metrics HTTP/1.0\r\n\r\n");

    cr_expect_eq(strncmp(answer, "HTTP/1.1 200", 12), 0, "%s", answer);
    cr_expect_not_null(strstr(answer, "Content-Length: 0\r\n"));
    free(answer);
    prometheus_http_destroy(server.http);
    prometheus_http_destroy(NULL);
}

struct publisher {
    struct prometheus_http *http;
    _Atomic bool stop;
};

enum { LETTERS = 100000 };

/* Texts of one letter each: a mixture would show. */
static void *publish_on(void *context)
{
    struct publisher *publisher = context;

    for (unsigned i = 0; !atomic_load(&publisher->stop); i++) {
        char *text = malloc(LETTERS);

        memset(text, 'a' + (int)(i % 26), LETTERS);
        prometheus_http_publish(publisher->http, text, LETTERS);
    }
    return NULL;
}

Test(prometheus_http, clients_get_whole_texts)
{
    struct server server = serve();
    struct publisher publisher = {.http = server.http};
    pthread_t thread;

    publish(publisher.http, "");
    pthread_create(&thread, NULL, publish_on, &publisher);
    for (unsigned i = 0; i < 50; i++) {
        char *answer = ask(server.port, "GET /metrics HTTP/1.0\r\n\r\n");
        const char *body = strstr(answer, "\r\n\r\n");
        size_t length;

        cr_assert_not_null(body);
        length = strlen(body + 4);
        cr_assert(length == LETTERS || length == 0, "%zu", length);
        cr_assert_eq(strspn(body + 4, (char[]){body[4], '\0'}), length);
        free(answer);
    }
    atomic_store(&publisher.stop, true);
    pthread_join(thread, NULL);
    prometheus_http_destroy(publisher.http);
}

/* A client that reads nothing holds a text, and neither publishing nor the end. */
Test(prometheus_http, idle_clients_hold_up_nobody, .timeout = 10)
{
    struct server server = serve();
    size_t length = 32 << 20;
    char *text = malloc(length);
    static const char request[] = "GET /metrics HTTP/1.0\r\n\r\n";

    memset(text, 'x', length);
    prometheus_http_publish(server.http, text, length);
    int fd = dial(server.port);
    cr_assert_eq(write(fd, request, strlen(request)), (ssize_t)strlen(request));
    char first;
    cr_assert_eq(read(fd, &first, 1), 1);
    for (unsigned i = 0; i < 1000; i++)
        publish(server.http, "a 1\n");
    char *answer = ask(server.port, request);
    cr_expect_not_null(strstr(answer, "\r\n\r\na 1\n"), "others are served meanwhile");
    free(answer);
    prometheus_http_destroy(server.http);
    close(fd);
}
