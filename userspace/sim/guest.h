// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The program that `hopwire sim run` runs in the simulated Internet.
 *
 *   hopwire sim run --- init, process 1 of a namespace of its own --- COMMAND --- its children …
 *
 * When hopwire dies, however it dies, the kernel kills its init (PR_SET_PDEATHSIG), and with that all others
 * in the namespace: nothing is left that would keep the network namespaces alive. COMMAND alone could not be
 * tied so: the tie is lost where it has file capabilities, as ping and mtr have, and its children have none.
 */
#pragma once

#include <signal.h>

/* What a shell says of a command that it cannot run. */
enum {
    GUEST_NOT_EXECUTABLE = 126,
    GUEST_NOT_FOUND = 127,
    GUEST_KILLED = 128, /* plus the number of the signal */
};

/* guest_hold_signals() blocks what guest_run() waits for, and must come before any thread is started, since
 * threads inherit it. `before` is what the command will find. */
void guest_hold_signals(sigset_t *before);

/*
 * guest_run() runs `argv` in the calling thread's network namespace and waits for its end, after which
 * nothing of it runs any more. SIGINT, SIGTERM, SIGHUP and SIGQUIT that others send to this process are
 * passed on; those of the terminal reach the command anyway. Names resolve to nothing, at once: its
 * /etc/resolv.conf names a server that is not there. Sets `status` to that of the command, or as above;
 * GUEST_NOT_EXECUTABLE and GUEST_NOT_FOUND come after one line on stderr. 0, or a negative errno where it
 * could not be started.
 */
int guest_run(char *const argv[], const sigset_t *before, int *status);
