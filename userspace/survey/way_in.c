// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/way_in.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/exit_code.h"
#include "base/log.h"
#include "host/link_ports.h"
#include "host/privilege.h"
#include "host/vlan_filter.h"
#include "survey/auto_tx.h"
#include "survey/entrance_wait.h"
#include "survey/way_back.h"
#include "survey/way_in_memory.h"
#include "xdp/socket.h"

static int bind_socket(struct survey *survey, struct entrance *entrance, unsigned queue)
{
    const struct link_info *link = &entrance->link;
    const struct xdp_socket_config config = {
        .interface = link->name,
        .queue = queue,
        .frames = survey->umem.chunks,
        .tx.slots =
            survey->tx->uses_xdp_socket && queue < survey->sender_count ? XDP_SOCKET_DEFAULT_TX_SLOTS : 0,
        .generic = entrance->xdp_mode == XDP_MODE_GENERIC,
    };

    return xdp_socket_open(&entrance->sources[queue], &config);
}

static int open_socket(struct survey *survey, struct entrance *entrance, unsigned queue)
{
    const struct link_info *link = &entrance->link;
    int error = bind_socket(survey, entrance, queue);

    /* Without sending, the socket may work for receiving. */
    if (error && error != -EBUSY && survey->tx->uses_xdp_socket &&
        auto_tx_fall_back(survey, strerror(-error)))
        error = bind_socket(survey, entrance, queue);
    if (error) {
        log_error("survey: cannot bind an AF_XDP socket to queue %u of %s: %s", queue, link->name,
                  error == -EBUSY ? "another program holds it"
                                  : privilege_error_text(PRIVILEGE_NET_RAW, error));
        return error;
    }
    entrance->source_count++;
    survey->source_count++;
    error = xdp_filter_set_socket(entrance->filter, queue, xdp_socket_fd(entrance->sources[queue]));
    if (error)
        log_error("survey: cannot give queue %u of %s its socket: %s", queue, link->name, strerror(-error));
    return error;
}

static int open_sockets(struct survey *survey)
{
    unsigned queues = survey->entrances[0].link.rx_queues;
    int error = 0;

    for (unsigned i = 1; i < survey->entrance_count; i++)
        queues += survey->entrances[i].link.rx_queues;
    survey->sources = calloc(queues, sizeof(*survey->sources));
    if (!survey->sources) {
        log_error("survey: out of memory for %u queues", queues);
        return -ENOMEM;
    }
    for (unsigned i = 0; !error && i < survey->entrance_count; i++) {
        struct entrance *entrance = &survey->entrances[i];

        entrance->sources = survey->sources + survey->source_count;
        for (unsigned queue = 0; !error && queue < entrance->link.rx_queues; queue++)
            error = open_socket(survey, entrance, queue);
    }
    return error;
}

static bool is_taken(int error)
{
    return error == -EBUSY || error == -EEXIST;
}

/* Tries native mode first. Where a driver does not support it, or not with the device's present settings, the
 * program is attached in generic mode. */
static int attach_alone(struct entrance *entrance)
{
    const struct link_info *link = &entrance->link;
    int error = xdp_filter_attach(entrance->filter, link->index, XDP_MODE_NATIVE);

    if (error && !is_taken(error)) {
        log_warning(
            "%s (%s) refuses a native XDP program (%s): the survey uses generic mode, which is slower",
            link->name, link->driver[0] ? link->driver : "unknown driver", strerror(-error));
        entrance->xdp_mode = XDP_MODE_GENERIC;
        error = xdp_filter_attach(entrance->filter, link->index, XDP_MODE_GENERIC);
    }
    return error;
}

static int join_others(struct entrance *entrance)
{
    int error = xdp_filter_join(entrance->filter, entrance->link.index, &entrance->xdp_mode);

    if (!error)
        log_info("%s has a dispatcher for XDP programs: the reply filter is added to its programs",
                 entrance->link.name);
    return error == -ENOENT ? attach_alone(entrance) : error;
}

static int attach_filter(struct entrance *entrance)
{
    const struct link_info *link = &entrance->link;
    int error = attach_alone(entrance);

    if (is_taken(error))
        error = join_others(entrance);
    if (is_taken(error))
        log_error("survey: interface %s already has an XDP program: remove it (ip link set %s xdp off), or "
                  "wait for the other survey to end",
                  link->name, link->name);
    else if (error)
        log_error("survey: cannot attach the reply filter to %s: %s", link->name, strerror(-error));
    return error;
}

/* Drivers may use more queues with a program (virtio_net: one per CPU, for sending), and replies come in by
 * those, too. */
static int count_queues_again(struct entrance *entrance)
{
    struct link_info now;
    int error = link_by_index(entrance->link.index, &now);

    if (error) {
        log_error("survey: cannot count the queues of %s: %s", entrance->link.name, strerror(-error));
        return EXIT_FAILED;
    }
    entrance->link.rx_queues =
        now.rx_queues < entrance->link.rx_queues_most ? now.rx_queues : entrance->link.rx_queues_most;
    return EXIT_DONE;
}

/* Unless mitigations of speculation are off, the verifier lets only privileged programs add a packet's values
 * to a pointer. */
static int tell_refusal(int error)
{
    if (error == -EACCES && privilege_missing(PRIVILEGE_PERFMON)) {
        log_error("survey: %s is missing, and without it this kernel loads no reply filter: run as root, or "
                  "grant it with setcap",
                  privilege_name(PRIVILEGE_PERFMON));
        return EXIT_UNUSABLE;
    }
    log_error("survey: cannot load the XDP reply filter: %s",
              privilege_error_text(PRIVILEGE_NET_ADMIN | PRIVILEGE_BPF, error));
    return EXIT_FAILED;
}

static int open_filter(const struct survey *survey, struct entrance *entrance)
{
    int error = xdp_filter_open(&entrance->filter, &survey->config->plan->layouts,
                                entrance->link.rx_queues_most, CELL_ANSWERS);

    if (error)
        return tell_refusal(error);
    error = survey->config->capture.rejected ? xdp_filter_tell(entrance->filter) : 0;
    if (error) {
        log_error("survey: --capture-rejected: the XDP reply filter cannot pass on what it rejects: %s",
                  strerror(-error));
        return EXIT_FAILED;
    }
    return attach_filter(entrance) ? EXIT_UNUSABLE : count_queues_again(entrance);
}

struct entrance *way_in_find(struct survey *survey, unsigned interface_index)
{
    for (unsigned i = 0; i < survey->entrance_count; i++)
        if (survey->entrances[i].link.index == interface_index)
            return &survey->entrances[i];
    return NULL;
}

bool way_in_is_zero_copy(struct survey *survey, unsigned interface_index)
{
    const struct entrance *entrance = way_in_find(survey, interface_index);
    bool all = true;

    for (unsigned i = 0; i < survey->sender_count; i++)
        all &= xdp_socket_tx(entrance->sources[i])->zero_copy;
    return all;
}

static int refuse_entrance(void)
{
    log_error("survey: --listen: replies are taken from at most %d interfaces", ENTRANCES_MAX);
    return EXIT_UNUSABLE;
}

static int add_entrance(struct survey *survey, const struct link_info *link)
{
    if (way_in_find(survey, link->index))
        return EXIT_DONE;
    if (survey->entrance_count == ENTRANCES_MAX)
        return refuse_entrance();
    survey->entrances[survey->entrance_count++].link = *link;
    return EXIT_DONE;
}

/* Programs and sockets see the port by which a frame came, never the bond or team to which it belongs. */
static int add_ports(struct survey *survey, const struct link_info *bundle)
{
    unsigned ports[ENTRANCES_MAX];
    int count = link_ports(bundle->index, ports, ENTRANCES_MAX), result = EXIT_DONE;

    if (count <= 0) {
        log_error("survey: %s %s has no device by which replies could arrive", bundle->kind, bundle->name);
        return EXIT_UNUSABLE;
    }
    for (int i = 0; result == EXIT_DONE && i < count && i < ENTRANCES_MAX; i++) {
        struct link_info link;

        /* A port that has gone meanwhile receives nothing. */
        if (!link_by_index(ports[i], &link))
            result = add_entrance(survey, &link);
    }
    return count > ENTRANCES_MAX ? refuse_entrance() : result;
}

static int add_entrances(struct survey *survey, const struct link_info *link)
{
    return link_is_bundle(link) ? add_ports(survey, link) : add_entrance(survey, link);
}

static int listen_on(struct survey *survey, const char *name)
{
    struct error_text error;
    struct link_info link;

    if (!egress_link("--listen", name, &link, &error))
        return add_entrances(survey, &link);
    log_error("survey: %s", error.text);
    return EXIT_UNUSABLE;
}

/* A value may list several names, separated by commas. */
static int listen_on_each(struct survey *survey, const char *names)
{
    char *copy = strdup(names), *rest = copy, *name;
    int result = EXIT_DONE;

    if (!copy)
        return EXIT_FAILED;
    while (result == EXIT_DONE && (name = strsep(&rest, ",")))
        result = listen_on(survey, name);
    free(copy);
    return result;
}

static int choose_entrances(struct survey *survey)
{
    const struct option_list *listen = &survey->config->listen;
    int result = EXIT_DONE;

    for (unsigned i = 0; result == EXIT_DONE && i < survey->ways.count; i++)
        result = add_entrances(survey, &survey->ways.list[i].egress.link);
    for (size_t i = 0; result == EXIT_DONE && i < listen->count; i++)
        result = listen_on_each(survey, listen->values[i]);
    return result;
}

/* Where the survey writes VLAN tags itself, the device does not know which ID it must let in. Surveys with a
 * tag have one way out. */
static int let_vlan_in(struct survey *survey)
{
    const struct egress *egress = &survey->ways.list[0].egress;

    if (egress->vlan == FRAME_NO_VLAN || vlan_filter_is_on(egress->link.name) != 1)
        return EXIT_DONE;
    survey->vlan_let_in = vlan_filter_lift(egress->link.index);
    if (survey->vlan_let_in < 0) {
        log_error(
            "survey: %s accepts only frames of known VLANs, and VLAN %u cannot be added: %s; make a device "
            "of it (ip link add link %s name vlan%u type vlan id %u) and give that to --interface",
            egress->link.name, egress->vlan, strerror(-survey->vlan_let_in), egress->link.name, egress->vlan,
            egress->vlan);
        return EXIT_FAILED;
    }
    log_info("%s accepts only frames of known VLANs: it is in promiscuous mode while the survey runs",
             egress->link.name);
    return EXIT_DONE;
}

int way_in_open(struct survey *survey)
{
    int result = choose_entrances(survey);

    if (result == EXIT_DONE)
        result = let_vlan_in(survey);
    entrance_wait_note(survey);
    /* The filter is attached before the sockets are bound, because its mode decides how they are bound and how
     * many queues there are. Until then replies of a queue go to the kernel, but none are due yet. */
    for (unsigned i = 0; result == EXIT_DONE && i < survey->entrance_count; i++)
        result = open_filter(survey, &survey->entrances[i]);
    if (result == EXIT_DONE)
        result = way_in_share_memory(survey);
    if (result == EXIT_DONE && open_sockets(survey))
        result = EXIT_FAILED;
    if (result == EXIT_DONE)
        entrance_wait_ready(survey);
    for (unsigned i = 0; i < survey->entrance_count; i++)
        link_counters(NULL, survey->entrances[i].link.index, &survey->entrances[i].before);
    if (result == EXIT_DONE)
        way_back_warn(survey);
    return result;
}

void way_in_detach(struct survey *survey)
{
    for (unsigned i = 0; i < survey->entrance_count; i++)
        xdp_filter_detach(survey->entrances[i].filter);
}

void way_in_close(struct survey *survey)
{
    for (unsigned i = 0; i < survey->source_count; i++)
        survey->sources[i]->ops->close(survey->sources[i]);
    free(survey->sources);
    for (unsigned i = 0; i < survey->entrance_count; i++)
        xdp_filter_close(survey->entrances[i].filter);
    if (survey->vlan_let_in > 0)
        close(survey->vlan_let_in);
}
