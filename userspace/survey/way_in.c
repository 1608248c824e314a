// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/way_in.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "command/commands.h"
#include "xdp/socket.h"

/* Twice what a queue gets where all get as much. */
static double replies_per_queue(const struct survey *survey)
{
    double rate = survey->config->rate;

    return isnan(rate) ? INFINITY : 2 * rate / survey->egress.link.rx_queues;
}

static int open_sockets(struct survey *survey)
{
    const struct link_info *link = &survey->egress.link;

    survey->sources = calloc(link->rx_queues, sizeof(*survey->sources));
    if (!survey->sources)
        return -ENOMEM;
    for (unsigned queue = 0; queue < link->rx_queues; queue++) {
        const struct xdp_socket_config config = {
            .interface = link->name,
            .queue = queue,
            .frames = xdp_socket_frames_for(replies_per_queue(survey)),
            .tx.slots = survey->config->tx->uses_xdp_socket && queue < survey->sender_count
                            ? XDP_SOCKET_DEFAULT_TX_SLOTS
                            : 0,
            .generic = survey->xdp_mode == XDP_MODE_GENERIC,
        };
        int error = xdp_socket_open(&survey->sources[queue], &config);

        if (error) {
            log_error("survey: cannot bind an AF_XDP socket to queue %u of %s: %s", queue, link->name,
                      error == -EBUSY ? "another program holds it" : strerror(-error));
            return error;
        }
        survey->source_count++;
        error = xdp_filter_set_socket(survey->filter, queue, xdp_socket_fd(survey->sources[queue]));
        if (error)
            return error;
    }
    return 0;
}

/* Native first; a driver that cannot, or cannot with the device's present settings, gets the program in
 * generic mode. */
static int attach_filter(struct survey *survey)
{
    const struct link_info *link = &survey->egress.link;
    int error = xdp_filter_attach(survey->filter, link->index, XDP_MODE_NATIVE);

    if (error && error != -EBUSY && error != -EEXIST) {
        log_warning("%s (%s) refuses a native XDP program (%s): generic mode it is, which is slower",
                    link->name, link->driver[0] ? link->driver : "unknown driver", strerror(-error));
        survey->xdp_mode = XDP_MODE_GENERIC;
        error = xdp_filter_attach(survey->filter, link->index, XDP_MODE_GENERIC);
    }
    if (error == -EBUSY || error == -EEXIST)
        log_error("survey: interface %s already has an XDP program: take it off (ip link set %s xdp off), or "
                  "wait for "
                  "the other survey to end",
                  link->name, link->name);
    else if (error)
        log_error("survey: cannot attach the reply filter to %s: %s", link->name, strerror(-error));
    return error;
}

int way_in_open(struct survey *survey)
{
    int error =
        xdp_filter_open(&survey->filter, survey->config->plan->probe_key, survey->egress.link.rx_queues);

    if (error) {
        log_error("survey: cannot load the XDP reply filter: %s", strerror(-error));
        return EXIT_FAILED;
    }
    /* Attached before the sockets are bound: the mode that was possible decides how they bind. Until then
     * replies of a queue go to the kernel, and none are due yet. */
    if (attach_filter(survey))
        return EXIT_UNUSABLE;
    return open_sockets(survey) ? EXIT_FAILED : EXIT_DONE;
}

void way_in_close(struct survey *survey)
{
    for (unsigned i = 0; i < survey->source_count; i++)
        survey->sources[i]->ops->close(survey->sources[i]);
    free(survey->sources);
    xdp_filter_close(survey->filter);
}
