// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The program that `hopwire sim run` runs in the simulated Internet.
 *
 *   hopwire sim run --- init, process 1 of a namespace of its own --- COMMAND --- its children …
 *
 * When hopwire dies, for whatever reason, the kernel kills its init (PR_SET_PDEATHSIG), and so all processes
 * in that namespace: none is left that would keep the network namespaces alive. COMMAND alone could not be
 * handled so: PR_SET_PDEATHSIG is cleared if the program has file capabilities, as ping and mtr do, and it
 * does not apply to children.
 */
#pragma once

#include <signal.h>

/* The exit status of a shell whose command cannot be run. */
enum {
    GUEST_NOT_EXECUTABLE = 126,
    GUEST_NOT_FOUND = 127,
    GUEST_KILLED = 128, /* plus the number of the signal */
};

/* guest_hold_signals() blocks the signals that guest_run() waits for. Call it before any thread is started,
 * because threads inherit the mask. `before` gets the signal mask for the command. */
void guest_hold_signals(sigset_t *before);

/*
 * guest_run() runs `argv` in the calling thread's network namespace and waits for its end; after that, none
 * of its processes is left. SIGINT, SIGTERM, SIGHUP and SIGQUIT that others send to this process are passed
 * on; those from the terminal reach the command anyway. Name lookups fail at once, because its
 * /etc/resolv.conf names a server that does not exist. Sets `status` to that of the command, or as above;
 * GUEST_NOT_EXECUTABLE and GUEST_NOT_FOUND come after one line on stderr. Returns 0, or a negative errno if
 * it could not be started.
 */
int guest_run(char *const argv[], const sigset_t *before, int *status);
