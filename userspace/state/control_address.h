// SPDX-License-Identifier: GPL-2.0-or-later
/* The address of a control socket, for both of its ends. */
#pragma once

#include "base/error_text.h"

/*
 * control_address_listen() returns a descriptor that listens at `path`, with mode 0600 and nonblocking. First
 * it removes what a killed run left there: a socket of the same user at which nobody listens.
 * control_address_connect() connects to such a socket. Both return a descriptor, or a negative errno with
 * `error` written.
 */
int control_address_listen(const char *path, int backlog, struct error_text *error);
int control_address_connect(const char *path, struct error_text *error);
