// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A backend under test, and a far end that keeps what arrives: two namespaces joined by a veth pair, which is
 * in turn without link, or too narrow. All asserts success.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/two_hosts.h"
#include "send/tx.h"

struct tx_link {
    struct two_hosts hosts;
    struct frame_template frame;
    struct tx *tx;
    struct source *source; /* the AF_XDP socket of backends that use one */
    int far_program;
    int wire; /* what arrives at the far end: support/wire.h */
};

/* tx_link_make() opens the backend with `slots` (0: its default) on a link of its own, and moves the calling
 * thread into the namespace of the near end. */
void tx_link_make(struct tx_link *link, const struct tx_ops *ops, uint32_t slots);

/* tx_link_make_layout() is for probes of another layout than the usual one, with `contact` in them. */
void tx_link_make_layout(struct tx_link *link, const struct tx_ops *ops, const struct layout *layout,
                         const char *contact);

/* tx_link_make_constant() has the backend repeat a frame, which outlives it. */
void tx_link_make_constant(struct tx_link *link, const struct tx_ops *ops, struct tx_constant constant);

/* tx_link_close() closes the backend and returns its totals; tx_link_free() takes the rest apart. */
struct tx_totals tx_link_close(struct tx_link *link);
void tx_link_free(struct tx_link *link);
