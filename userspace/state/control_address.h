// SPDX-License-Identifier: GPL-2.0-or-later
/* Where a control socket stands, from both sides. */
#pragma once

#include "base/error_text.h"

/*
 * control_address_listen() returns a descriptor that listens at `path`, with mode 0600 and nonblocking. What a
 * killed run left there is taken away first: a socket of the caller's own at which nobody listens.
 * control_address_connect() connects to one. Both return a descriptor, or a negative errno with `error`
 * written.
 */
int control_address_listen(const char *path, int backlog, struct error_text *error);
int control_address_connect(const char *path, struct error_text *error);
