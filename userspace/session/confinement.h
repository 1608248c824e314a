// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The steps by which trace and ping lose their rights (host/sandbox.h):
 *
 *   sockets_open() -> arguments -> files to write -> session_drop() -> session, threads -> session_confine() -> probes
 *   lent: drops all                                  drops all but     may still remove
 *   capabilities                                     what --user and   files that it
 *                                                    files need        created
 */
#pragma once

#include "host/sandbox.h"

/* Return an exit code, after one line on stderr that begins with `command` if it is not EXIT_DONE. `allowed`:
 * enum filter_for. */
int session_drop(const char *command, const struct sandbox *sandbox);
int session_confine(const char *command, const struct sandbox *sandbox, unsigned allowed);
