// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A text of metrics by HTTP, at /metrics.
 *
 *   the loop that probes: prometheus_http_publish()      libmicrohttpd's thread
 *            new text --swap, under a mutex--> current --one more user--> answer to a client
 *
 * A text is never copied and never changed; whoever uses it last frees it. So the loop waits for two pointers
 * at most, never for a client.
 */
#pragma once

#include <stddef.h>

struct prometheus_http;

/* prometheus_http_create() serves those who connect to `fd`, which listens (metrics/prometheus_listen.h), with
 * an empty text at first. NULL when memory or threads are short. The descriptor is closed by
 * prometheus_http_destroy(), and is the caller's still when this fails. */
struct prometheus_http *prometheus_http_create(int fd);

/* prometheus_http_publish() makes `text`, from malloc() and handed over, the answer from now on. 0 or
 * -ENOMEM, with the text freed and the one before kept. */
int prometheus_http_publish(struct prometheus_http *http, char *text, size_t length);

/* prometheus_http_destroy() ends all connections; NULL is allowed. */
void prometheus_http_destroy(struct prometheus_http *http);
