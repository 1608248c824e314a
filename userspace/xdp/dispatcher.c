// SPDX-License-Identifier: GPL-2.0-or-later
#include "xdp/dispatcher.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <xdp/libxdp.h>

#include "host/privilege.h"

enum {
    MEMBERS_MAX = 10, /* members of a libxdp dispatcher */
    RUN_PRIORITY = 1, /* before all others: they would delay the time stamp, or drop a reply */
};

struct dispatcher {
    unsigned interface_index;
    const char *name;
    enum xdp_attach_mode mode;
    int claim;                   /* the socket whose name shows that this process lives */
    struct xdp_program *program; /* NULL: not joined */
    pid_t leaver;                /* the process that takes the program out; 0: none */
    int life;                    /* the socket whose end the leaver waits for */
};

/* Returns the socket, or -EBUSY where a living process has the name. */
static int claim(const char *name, unsigned interface_index)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char *text = address.sun_path + 1;
    int length = snprintf(text, sizeof(address.sun_path) - 1, "hopwire/%s/%u", name, interface_index);
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return -errno;
    if (!bind(fd, (struct sockaddr *)&address,
              (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)length)))
        return fd;
    int error = errno == EADDRINUSE ? -EBUSY : -errno;
    close(fd);
    return error;
}

/* Returns -ENOENT where there were no other members: the dispatcher was removed with them. */
static int take_out_dead(const struct dispatcher *dispatcher, const struct xdp_multiprog *members)
{
    struct xdp_program *dead[MEMBERS_MAX], *each = NULL;
    int count = 0;

    while (count < MEMBERS_MAX && (each = xdp_multiprog__next_prog(each, members)))
        if (!strcmp(xdp_program__name(each), dispatcher->name))
            dead[count++] = each;
    if (count == 0)
        return 0;
    int error =
        xdp_program__detach_multi(dead, (size_t)count, (int)dispatcher->interface_index, dispatcher->mode, 0);
    return !error && count == xdp_multiprog__program_count(members) ? -ENOENT : error;
}

static int look_inside(struct dispatcher *dispatcher)
{
    struct xdp_multiprog *members = xdp_multiprog__get_from_ifindex((int)dispatcher->interface_index);
    int error = (int)libxdp_get_error(members);

    if (error)
        return error == -ENOENT ? error : -EBUSY;
    if (xdp_multiprog__is_legacy(members)) {
        error = -EBUSY;
    } else {
        dispatcher->mode = xdp_multiprog__attach_mode(members);
        error = take_out_dead(dispatcher, members);
    }
    xdp_multiprog__close(members);
    return error;
}

int dispatcher_open(struct dispatcher **out, unsigned interface_index, const char *name, bool *generic)
{
    struct dispatcher *dispatcher = calloc(1, sizeof(*dispatcher));

    if (!dispatcher)
        return -ENOMEM;
    *dispatcher = (struct dispatcher){
        .interface_index = interface_index, .name = name, .claim = claim(name, interface_index)};
    int error = dispatcher->claim < 0 ? dispatcher->claim : look_inside(dispatcher);
    if (error) {
        dispatcher_close(dispatcher);
        return error;
    }
    *generic = dispatcher->mode == XDP_MODE_SKB;
    *out = dispatcher;
    return 0;
}

static void leave(const struct dispatcher *dispatcher)
{
    xdp_program__detach(dispatcher->program, (int)dispatcher->interface_index, dispatcher->mode, 0);
}

/* Never returns. The socket `life` closes when the survey ends, for whatever reason. */
_Noreturn static void wait_and_leave(const struct dispatcher *dispatcher, int life)
{
    sigset_t all;
    char nothing;

    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    prctl(PR_SET_NAME, "leaver");
    close(dispatcher->life);
    if (privilege_drop(PRIVILEGE_NET_ADMIN | PRIVILEGE_BPF | PRIVILEGE_PERFMON | PRIVILEGE_FILES))
        _exit(1);
    while (recv(life, &nothing, sizeof(nothing), 0) < 0 && errno == EINTR)
        continue;
    leave(dispatcher);
    _exit(0);
}

/* When the program must be taken out, the survey has no privilege any more (host/sandbox.h). */
static int start_leaver(struct dispatcher *dispatcher)
{
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
        return -errno;
    dispatcher->life = ends[0];
    dispatcher->leaver = fork();
    int error = dispatcher->leaver < 0 ? -errno : 0;
    if (dispatcher->leaver == 0)
        wait_and_leave(dispatcher, ends[1]);
    close(ends[1]);
    if (!error)
        return 0;
    close(ends[0]);
    dispatcher->leaver = 0;
    return error;
}

int dispatcher_join(struct dispatcher *dispatcher, struct bpf_object *object)
{
    struct xdp_program_opts options = {.sz = sizeof(options), .obj = object, .prog_name = dispatcher->name};
    struct xdp_program *program = xdp_program__create(&options);
    int error = (int)libxdp_get_error(program);

    if (error)
        return error;
    error = xdp_program__set_run_prio(program, RUN_PRIORITY);
    if (!error)
        error = xdp_program__set_chain_call_enabled(program, XDP_PASS, true);
    if (!error)
        error = xdp_program__attach(program, (int)dispatcher->interface_index, dispatcher->mode, 0);
    if (error) {
        xdp_program__close(program);
        return error;
    }
    dispatcher->program = program;
    error = start_leaver(dispatcher);
    if (error)
        leave(dispatcher);
    return error;
}

static void have_left(const struct dispatcher *dispatcher)
{
    close(dispatcher->life);
    while (waitpid(dispatcher->leaver, NULL, 0) < 0 && errno == EINTR)
        continue;
}

void dispatcher_close(struct dispatcher *dispatcher)
{
    if (!dispatcher)
        return;
    if (dispatcher->leaver)
        have_left(dispatcher);
    if (dispatcher->program)
        xdp_program__close(dispatcher->program);
    if (dispatcher->claim >= 0)
        close(dispatcher->claim);
    free(dispatcher);
}
