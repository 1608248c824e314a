// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/guest.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"

static void fill_signals(sigset_t *signals)
{
    sigemptyset(signals);
    sigaddset(signals, SIGCHLD);
    sigaddset(signals, SIGINT);
    sigaddset(signals, SIGTERM);
    sigaddset(signals, SIGHUP);
    sigaddset(signals, SIGQUIT);
}

void guest_hold_signals(sigset_t *before)
{
    sigset_t signals;

    fill_signals(&signals);
    sigprocmask(SIG_BLOCK, &signals, before);
}

static int status_of(int wait_status)
{
    return WIFSIGNALED(wait_status) ? GUEST_KILLED + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

/* Collects all children that have ended, orphans included. Returns whether `child` is one of them. */
static bool collect(pid_t child, int *status)
{
    bool ended = false;
    int wait_status;
    pid_t pid;

    while ((pid = waitpid(-1, &wait_status, WNOHANG)) > 0) {
        if (pid != child)
            continue;
        *status = status_of(wait_status);
        ended = true;
    }
    return ended;
}

/* Waits for the end of `child` and returns its status. Signals sent by the kernel come from the terminal,
 * which sends them to the child as well. */
static int supervise(pid_t child)
{
    sigset_t signals;
    int status = 0;

    fill_signals(&signals);
    for (;;) {
        siginfo_t info;
        int signal = sigwaitinfo(&signals, &info);

        if (signal == SIGCHLD && collect(child, &status))
            return status;
        if (signal > 0 && signal != SIGCHLD && info.si_code != SI_KERNEL)
            kill(child, signal);
    }
}

static bool write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "we");
    bool written = file && fputs(text, file) >= 0;

    return file && fclose(file) == 0 && written;
}

/*
 * The name server of the guest is this host, which refuses at once: the real network's servers would not be
 * reachable, and lookups would wait for them. The file is in a memory file system that ends with its last
 * mount. It is made at /proc, where another one is mounted afterwards.
 */
static bool replace_resolver(void)
{
    bool replaced;

    if (mount("tmpfs", "/proc", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL))
        return false;
    replaced = write_file("/proc/resolv.conf", "# nobody has a name here\nnameserver 127.0.0.1\n") &&
               (!mount("/proc/resolv.conf", "/etc/resolv.conf", NULL, MS_BIND, NULL) || errno == ENOENT);
    return umount2("/proc", MNT_DETACH) == 0 && replaced;
}

/* Surroundings that the guest can do without, if this process may not provide them: files of its own, and the
 * processes of its own namespace. */
static void make_surroundings(void)
{
    if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL))
        log_debug("sim run: no mount namespace: %s", strerror(errno));
    else if (!replace_resolver())
        log_debug("sim run: cannot replace /etc/resolv.conf: %s", strerror(errno));
    else if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL))
        log_debug("sim run: cannot mount /proc: %s", strerror(errno));
}

static int become(char *const argv[], const sigset_t *before)
{
    sigprocmask(SIG_SETMASK, before, NULL);
    signal(SIGPIPE, SIG_DFL); /* hopwire itself ignores it */
    signal(SIGXFSZ, SIG_DFL);
    execvp(argv[0], argv);

    int error = errno;
    log_error("sim run: cannot run %s: %s", argv[0], strerror(error));
    return error == ENOENT ? GUEST_NOT_FOUND : GUEST_NOT_EXECUTABLE;
}

/* Checked after PR_SET_PDEATHSIG was set: otherwise the wait for the end of a parent that died earlier would
 * never end. */
static bool has_ended(int pidfd)
{
    struct pollfd end = {.fd = pidfd, .events = POLLIN};

    return poll(&end, 1, 0) > 0;
}

/* Process 1: it never executes another program, so that PR_SET_PDEATHSIG stays set. */
static int run_init(char *const argv[], const sigset_t *before, int parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (has_ended(parent))
        return GUEST_KILLED + SIGKILL;
    make_surroundings();

    pid_t child = fork();
    if (child == 0)
        _exit(become(argv, before));
    if (child < 0) {
        log_error("sim run: cannot fork: %s", strerror(errno));
        return GUEST_NOT_EXECUTABLE;
    }
    return supervise(child);
}

static int run_tied(char *const argv[], const sigset_t *before, int this_process, int *status)
{
    pid_t child;

    if (unshare(CLONE_NEWPID))
        return -errno;
    child = fork();
    if (child == 0)
        _exit(run_init(argv, before, this_process));
    if (child < 0)
        return -errno;
    *status = supervise(child);
    return 0;
}

int guest_run(char *const argv[], const sigset_t *before, int *status)
{
    int this_process = pidfd_open(getpid(), 0), error;

    if (this_process < 0)
        return -errno;
    error = run_tied(argv, before, this_process, status);
    close(this_process);
    return error;
}
