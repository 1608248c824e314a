// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A text of metrics by HTTP, at /metrics.
 *
 *   the loop that probes: prometheus_http_publish()      libmicrohttpd's thread
 *            new text --swap, under a mutex--> current --one more user--> answer to a client
 *
 * A text is never copied and never changed; its last user frees it. So the loop waits at most while two
 * pointers are swapped, never for a client.
 */
#pragma once

#include <stddef.h>

struct prometheus_http;

/* prometheus_http_create() serves clients that connect to `fd`, a listening socket
 * (metrics/prometheus_listen.h). The text is empty at first. Returns NULL when memory or threads are short;
 * then `fd` still belongs to the caller. Otherwise prometheus_http_destroy() closes it. */
struct prometheus_http *prometheus_http_create(int fd);

/* prometheus_http_publish() makes `text` the answer from now on. `text` comes from malloc(), and now belongs
 * to this module. Returns 0, or -ENOMEM: then `text` is freed and the previous one is kept. */
int prometheus_http_publish(struct prometheus_http *http, char *text, size_t length);

/* prometheus_http_destroy() ends all connections; NULL is allowed. */
void prometheus_http_destroy(struct prometheus_http *http);
