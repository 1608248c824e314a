// SPDX-License-Identifier: GPL-2.0-or-later
#include "send/tx.h"

#include <errno.h>
#include <string.h>

#include "host/privilege.h"

static const struct tx_ops *const backends[] = {
    &tx_ring,
    &tx_xsk,
    &tx_live,
    &tx_sendmmsg,
};

enum {
    BACKENDS = sizeof(backends) / sizeof(backends[0]),
};

void tx_visit_frame(const struct frame_template *t, const uint8_t *frame, tx_visitor *visit, void *context)
{
    struct probe probe;

    if (frame_probe(t, frame, &probe))
        visit(context, &probe);
}

void tx_tell_dropped_frame(const struct tx *tx, const struct frame_template *t, const uint8_t *frame)
{
    if (tx->listener.dropped)
        tx_visit_frame(t, frame, tx->listener.dropped, tx->listener.context);
}

/* libbpf returns -ESRCH on a kernel without BTF. */
const char *tx_open_error_text(const struct tx_ops *ops, int error)
{
    if (error == -ESRCH && ops->xdp_frames)
        return "the kernel has no type information (BTF: CONFIG_DEBUG_INFO_BTF)";
    return privilege_error_text(PRIVILEGE_NET_RAW | ops->privileges, error);
}

const struct tx_ops *tx_find(const char *name)
{
    for (size_t i = 0; i < BACKENDS; i++)
        if (strcmp(backends[i]->name, name) == 0)
            return backends[i];
    return NULL;
}

bool tx_backends(size_t position, struct choice *out)
{
    const struct tx_ops *ops = tx_at(position);

    if (ops)
        *out = (struct choice){.name = ops->name, .help = ops->help};
    return ops;
}

const struct tx_ops *tx_at(size_t position)
{
    return position < BACKENDS ? backends[position] : NULL;
}
