// SPDX-License-Identifier: GPL-2.0-or-later
/* Chosen probes that wait for their turn: a heap of fixed room, with the first due at the top. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "probe.h"

struct kept_probe {
    uint64_t due_ns;
    struct probe probe;
};

struct kept_probes {
    struct kept_probe *heap;
    size_t count, room;
};

/* kept_probes_open() returns 0 or -ENOMEM. kept_probes_close() may be called after either. */
int kept_probes_open(struct kept_probes *kept, size_t room);
void kept_probes_close(struct kept_probes *kept);

/* kept_probes_add() may be called only where there is room. */
void kept_probes_add(struct kept_probes *kept, uint64_t due_ns, const struct probe *probe);

/* kept_probes_due() returns when the first one is due; UINT64_MAX: there is none. kept_probes_take() removes
 * it and returns it; there must be one. */
uint64_t kept_probes_due(const struct kept_probes *kept);
struct probe kept_probes_take(struct kept_probes *kept);

/* kept_probes_save() writes the probes without their times. kept_probes_load() makes all of them due. They
 * return 0, -EIO, or -EINVAL where there are more probes than fit, or fewer than announced. */
int kept_probes_save(const struct kept_probes *kept, FILE *out);
int kept_probes_load(struct kept_probes *kept, FILE *in);
