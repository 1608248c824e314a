// SPDX-License-Identifier: GPL-2.0-or-later
/* Probes that were chosen and wait for their turn, the first due at the top: a heap of fixed room. */
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

/* kept_probes_open(): 0 or -ENOMEM; kept_probes_close() is right after both. */
int kept_probes_open(struct kept_probes *kept, size_t room);
void kept_probes_close(struct kept_probes *kept);

/* kept_probes_add() needs room. */
void kept_probes_add(struct kept_probes *kept, uint64_t due_ns, const struct probe *probe);

/* kept_probes_due() is when the first one is due; UINT64_MAX: there is none. kept_probes_take() takes it out;
 * there must be one. */
uint64_t kept_probes_due(const struct kept_probes *kept);
struct probe kept_probes_take(struct kept_probes *kept);

/* kept_probes_save() writes them without their times; kept_probes_load() makes all of them due. 0; -EIO; -EINVAL
 * where there are more than fit, or fewer than it says. */
int kept_probes_save(const struct kept_probes *kept, FILE *out);
int kept_probes_load(struct kept_probes *kept, FILE *in);
