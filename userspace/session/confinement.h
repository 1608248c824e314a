// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What trace and ping may still do, by steps (host/sandbox.h):
 *
 *   sockets_open() -> arguments -> files to write -> session_drop() -> session, threads -> session_confine() -> probes
 *   lent: all capabilities                           what is left of    may take away what
 *   are dropped                                      root: --user,      it made of files
 *                                                    and the files
 */
#pragma once

#include "host/sandbox.h"

/* Exit codes, after one line on stderr that begins with `command`. `allowed`: enum filter_for. */
int session_drop(const char *command, const struct sandbox *sandbox);
int session_confine(const char *command, const struct sandbox *sandbox, unsigned allowed);
