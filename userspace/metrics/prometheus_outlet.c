// SPDX-License-Identifier: GPL-2.0-or-later
#include "metrics/prometheus_outlet.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/exit_code.h"
#include "base/log.h"
#include "metrics/prometheus_file.h"
#include "metrics/prometheus_http.h"
#include "metrics/prometheus_listen.h"

int prometheus_outlet_open(struct prometheus_outlet *outlet, const char *command,
                           const struct prometheus_config *config)
{
    *outlet = (struct prometheus_outlet){.command = command, .path = config->path, .fd = -1};
    if (!config->listen)
        return EXIT_DONE;
    outlet->fd = prometheus_listen_open(config->listen);
    if (outlet->fd >= 0)
        return EXIT_DONE;
    log_error("%s: --prometheus-listen: %s", command, strerror(-outlet->fd));
    return EXIT_UNUSABLE;
}

int prometheus_outlet_serve(struct prometheus_outlet *outlet)
{
    if (outlet->fd < 0)
        return EXIT_DONE;
    outlet->http = prometheus_http_create(outlet->fd);
    if (!outlet->http) {
        log_error("%s: out of memory", outlet->command);
        return EXIT_FAILED;
    }
    log_info("metrics at port %u, /metrics", prometheus_listen_port(outlet->fd));
    outlet->fd = -1; /* now owned by outlet->http */
    return EXIT_DONE;
}

void prometheus_outlet_close(struct prometheus_outlet *outlet)
{
    prometheus_http_destroy(outlet->http);
    if (outlet->fd >= 0)
        close(outlet->fd);
    *outlet = (struct prometheus_outlet){.fd = -1};
}

bool prometheus_outlet_wanted(const struct prometheus_outlet *outlet)
{
    return outlet->path || outlet->fd >= 0 || outlet->http;
}

static void note_file_error(struct prometheus_outlet *outlet, int error)
{
    if (error && error != outlet->file_error)
        log_warning("%s: --prometheus: cannot write %s: %s", outlet->command, outlet->path, strerror(-error));
    outlet->file_error = error;
}

void prometheus_outlet_publish(struct prometheus_outlet *outlet, char *text, size_t length)
{
    if (!text)
        return;
    if (outlet->path)
        note_file_error(outlet, prometheus_write_file(outlet->late, outlet->path, text, length));
    if (outlet->http)
        prometheus_http_publish(outlet->http, text, length);
    else
        free(text);
}
