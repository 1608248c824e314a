// SPDX-License-Identifier: GPL-2.0-or-later
/* How replies come in: on each interface of a way out, and on those of --listen, an XDP filter and an
 * AF_XDP socket per RX queue. Private to userspace/survey/. */
#pragma once

#include "survey/parts.h"

/* way_in_open() must be called after the ways out are open. Returns EXIT_DONE, or the exit code after one
 * line on stderr. way_in_close() may be called after any outcome, once no thread uses the sockets. */
int way_in_open(struct survey *survey);
void way_in_close(struct survey *survey);

/* way_in_find() returns the entrance of this interface, or NULL where there is none. */
struct entrance *way_in_find(struct survey *survey, unsigned interface_index);

/* way_in_is_zero_copy() returns true if frames sent with `uses_xdp_socket` leave by this interface without
 * a copy. */
bool way_in_is_zero_copy(struct survey *survey, unsigned interface_index);

/* way_in_detach() detaches the filters. Afterwards no frame arrives any more. */
void way_in_detach(struct survey *survey);
