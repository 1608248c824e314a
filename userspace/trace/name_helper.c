// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/name_helper.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/socket_address.h"

/* One socket per question that may be open, and one that shows the helper that the probing process lives. */
struct name_helper {
    pid_t process;
    int life;
    int sockets[NAMES_THREADS];
    _Atomic bool taken[NAMES_THREADS];
};

struct pairs {
    int ours[NAMES_THREADS + 1], theirs[NAMES_THREADS + 1]; /* the last one is `life` */
    unsigned count;
};

static void close_all(const int *fds, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        close(fds[i]);
}

static int open_pairs(struct pairs *pairs)
{
    for (pairs->count = 0; pairs->count <= NAMES_THREADS; pairs->count++) {
        int ends[2];

        if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends)) {
            int error = -errno;

            close_all(pairs->ours, pairs->count);
            close_all(pairs->theirs, pairs->count);
            return error;
        }
        pairs->ours[pairs->count] = ends[0];
        pairs->theirs[pairs->count] = ends[1];
    }
    return 0;
}

/* An answer without a name is empty. */
static void *serve(void *argument)
{
    int socket = *(int *)argument;
    struct address address;

    while (recv(socket, &address, sizeof(address), 0) == sizeof(address)) {
        const struct socket_address of = socket_address_of(address, 0);
        char name[NAME_SIZE] = "";

        if (getnameinfo(&of.any, of.length, name, sizeof(name), NULL, 0, NI_NAMEREQD))
            name[0] = '\0';
        if (send(socket, name, strlen(name) + 1, MSG_NOSIGNAL) < 0)
            break;
    }
    return NULL;
}

/* A reader of the probing process's output waits for its end of file, and must not wait for the helper's
 * end, too. */
static void leave_standard_streams(void)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);

    for (int fd = STDIN_FILENO; null >= 0 && fd <= STDERR_FILENO; fd++)
        dup2(null, fd);
}

/* Never returns. Threads that still wait for a resolver when `life` ends are killed with the process. */
_Noreturn static void help(struct pairs *pairs, const struct sandbox *sandbox)
{
    sigset_t all;
    const char *what;
    char nothing;
    pthread_t thread;

    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    prctl(PR_SET_NAME, "names");
    close_all(pairs->ours, pairs->count);
    leave_standard_streams();
    if (sandbox_enter(sandbox, FILTER_FOR_LOOKUPS, &what))
        _exit(1);
    for (unsigned i = 0; i < NAMES_THREADS; i++)
        if (pthread_create(&thread, NULL, serve, &pairs->theirs[i]))
            close(pairs->theirs[i]);
    while (recv(pairs->theirs[NAMES_THREADS], &nothing, 1, 0) < 0 && errno == EINTR)
        continue;
    _exit(0);
}

static int start_process(struct name_helper *helper, const struct sandbox *sandbox)
{
    struct pairs pairs = {0};
    int error = open_pairs(&pairs);

    if (error)
        return error;
    helper->process = fork();
    if (helper->process == 0)
        help(&pairs, sandbox);
    if (helper->process < 0)
        error = -errno;
    close_all(pairs.theirs, pairs.count);
    if (error)
        close_all(pairs.ours, pairs.count);
    memcpy(helper->sockets, pairs.ours, sizeof(helper->sockets));
    helper->life = pairs.ours[NAMES_THREADS];
    return error;
}

struct name_helper *name_helper_start(const struct sandbox *sandbox)
{
    struct name_helper *helper = calloc(1, sizeof(*helper));
    int error = helper ? start_process(helper, sandbox) : -ENOMEM;

    if (!error)
        return helper;
    free(helper);
    errno = -error;
    return NULL;
}

/* There are as many sockets as threads that ask. */
static unsigned take_socket(struct name_helper *helper)
{
    for (unsigned i = 0;; i = (i + 1) % NAMES_THREADS)
        if (!atomic_exchange(&helper->taken[i], true))
            return i;
}

static bool look_up(void *context, struct address address, char name[NAME_SIZE])
{
    struct name_helper *helper = context;
    unsigned i = take_socket(helper);
    ssize_t length = send(helper->sockets[i], &address, sizeof(address), MSG_NOSIGNAL);

    if (length == sizeof(address))
        length = recv(helper->sockets[i], name, NAME_SIZE, 0);
    atomic_store(&helper->taken[i], false);
    return length > 1;
}

static void release(void *context)
{
    struct name_helper *helper = context;

    close_all(helper->sockets, NAMES_THREADS);
    free(helper);
}

struct names_source name_helper_source(struct name_helper *helper)
{
    return (struct names_source){look_up, helper, release};
}

void name_helper_stop(struct name_helper *helper)
{
    if (!helper)
        return;
    close(helper->life);
    while (waitpid(helper->process, NULL, 0) < 0 && errno == EINTR)
        continue;
}
