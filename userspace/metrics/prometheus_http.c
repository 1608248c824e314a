// SPDX-License-Identifier: GPL-2.0-or-later
#include "metrics/prometheus_http.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <microhttpd.h>

#include "base/log.h"

enum {
    MOST_CONNECTIONS = 32, /* Prometheus opens one or two; a client that opens more waits */
    IDLE_SECONDS = 15,     /* after which a silent client is disconnected */
};

static const char landing_page[] = "hopwire: metrics for Prometheus are at /metrics\n";
static const char nothing_here[] = "There is nothing here; metrics are at /metrics\n";
static const char wrong_method[] = "Only GET and HEAD are understood\n";

struct snapshot {
    _Atomic unsigned users;
    size_t length;
    char *text;
};

struct prometheus_http {
    struct MHD_Daemon *daemon;
    pthread_mutex_t lock; /* of `current` */
    struct snapshot *current;
};

static struct snapshot *snapshot_create(char *text, size_t length)
{
    struct snapshot *snapshot = malloc(sizeof(*snapshot));

    if (!snapshot) {
        free(text);
        return NULL;
    }
    atomic_init(&snapshot->users, 1);
    snapshot->text = text;
    snapshot->length = length;
    return snapshot;
}

static void release(void *context)
{
    struct snapshot *snapshot = context;

    if (atomic_fetch_sub(&snapshot->users, 1) > 1)
        return;
    free(snapshot->text);
    free(snapshot);
}

static struct snapshot *take_current(struct prometheus_http *http)
{
    struct snapshot *snapshot;

    pthread_mutex_lock(&http->lock);
    snapshot = http->current;
    atomic_fetch_add(&snapshot->users, 1);
    pthread_mutex_unlock(&http->lock);
    return snapshot;
}

int prometheus_http_publish(struct prometheus_http *http, char *text, size_t length)
{
    struct snapshot *next = snapshot_create(text, length), *before;

    if (!next)
        return -ENOMEM;
    pthread_mutex_lock(&http->lock);
    before = http->current;
    http->current = next;
    pthread_mutex_unlock(&http->lock);
    release(before);
    return 0;
}

static enum MHD_Result send_response(struct MHD_Connection *connection, unsigned status, const char *type,
                                     struct MHD_Response *response)
{
    enum MHD_Result result;

    if (!response)
        return MHD_NO;
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
        MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
    result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result send_metrics(struct prometheus_http *http, struct MHD_Connection *connection)
{
    struct snapshot *snapshot = take_current(http);
    struct MHD_Response *response = MHD_create_response_from_buffer_with_free_callback_cls(
        snapshot->length, snapshot->text, release, snapshot);

    if (!response)
        release(snapshot);
    return send_response(connection, MHD_HTTP_OK, "text/plain; version=0.0.4; charset=utf-8", response);
}

/* libmicrohttpd does not copy constant text and does not change it, although its parameter is not const. */
static enum MHD_Result send_constant(struct MHD_Connection *connection, unsigned status, const char *text)
{
    struct MHD_Response *response = MHD_create_response_from_buffer_with_free_callback_cls(
        strlen(text), (void *)(uintptr_t)text, NULL, NULL);

    return send_response(connection, status, "text/plain; charset=utf-8", response);
}

static enum MHD_Result answer(void *context, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *upload,
                              size_t *upload_size, void **state)
{
    (void)version;
    (void)upload;
    (void)state;
    /* An uploaded body is read to its end and dropped. */
    if (*upload_size) {
        *upload_size = 0;
        return MHD_YES;
    }
    if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
        return send_constant(connection, MHD_HTTP_METHOD_NOT_ALLOWED, wrong_method);
    if (strcmp(url, "/metrics") == 0)
        return send_metrics(context, connection);
    if (strcmp(url, "/") == 0)
        return send_constant(connection, MHD_HTTP_OK, landing_page);
    return send_constant(connection, MHD_HTTP_NOT_FOUND, nothing_here);
}

__attribute__((format(printf, 2, 0))) static void log_library(void *context, const char *format,
                                                              va_list arguments)
{
    char line[256];

    (void)context;
    vsnprintf(line, sizeof(line), format, arguments);
    log_debug("libmicrohttpd: %s", line);
}

/* The thread takes no signals: they belong to the loop that probes. */
static struct MHD_Daemon *start_daemon(struct prometheus_http *http, int fd)
{
    struct MHD_Daemon *daemon;
    sigset_t all, before;

    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    daemon = MHD_start_daemon(MHD_USE_AUTO_INTERNAL_THREAD | MHD_USE_ERROR_LOG, 0, NULL, NULL, answer, http,
                              MHD_OPTION_EXTERNAL_LOGGER, log_library, NULL, MHD_OPTION_LISTEN_SOCKET, fd,
                              MHD_OPTION_CONNECTION_LIMIT, (unsigned)MOST_CONNECTIONS,
                              MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS, MHD_OPTION_END);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return daemon;
}

struct prometheus_http *prometheus_http_create(int fd)
{
    struct prometheus_http *http = calloc(1, sizeof(*http));

    if (!http)
        return NULL;
    pthread_mutex_init(&http->lock, NULL);
    http->current = snapshot_create(NULL, 0);
    if (http->current)
        http->daemon = start_daemon(http, fd);
    if (http->daemon)
        return http;
    prometheus_http_destroy(http);
    return NULL;
}

void prometheus_http_destroy(struct prometheus_http *http)
{
    if (!http)
        return;
    if (http->daemon)
        MHD_stop_daemon(http->daemon);
    if (http->current)
        release(http->current);
    pthread_mutex_destroy(&http->lock);
    free(http);
}
