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
    int capture; /* a packet socket at the far end */
};

struct captured_frame {
    uint8_t data[256];
    size_t length;
};

/* tx_link_make() opens the backend with `slots` (0: its default) on a link of its own, and moves the calling
 * thread into the namespace of the near end. */
void tx_link_make(struct tx_link *link, const struct tx_ops *ops, uint32_t slots);

/* tx_link_close() closes the backend and returns its totals; tx_link_free() takes the rest apart. */
struct tx_totals tx_link_close(struct tx_link *link);
void tx_link_free(struct tx_link *link);

/* tx_link_set_up() and tx_link_set_mtu() change the near end. */
void tx_link_set_up(bool up);
void tx_link_set_mtu(int mtu);

/* tx_link_read() waits for the next probe to arrive, for two seconds at most; false where none does. */
bool tx_link_read(struct tx_link *link, struct captured_frame *frame);

/* tx_link_drained() tells whether no further probe has arrived. */
bool tx_link_drained(struct tx_link *link);
