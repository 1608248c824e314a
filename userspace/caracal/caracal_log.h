// SPDX-License-Identifier: GPL-2.0-or-later
/* What a run says of itself on stderr, in caracal's words: every CARACAL_TELL_NS and at the end. */
#pragma once

#include "base/clock.h"
#include "output/writer.h"
#include "session/session.h"
#include "strategy/stream.h"

#define CARACAL_TELL_NS (5 * NS_PER_S)

struct caracal_figures {
    const struct session *session;
    const struct stream *stream;
    const struct writer *writer;
    uint64_t started_ns;
    double rate; /* that was asked for */
};

/* caracal_tell() says how it stands at `now_ns`; caracal_tell_end() what else became of packets, where each is counted
 * once: nothing is left out once the writer has stopped. */
void caracal_tell(const struct caracal_figures *figures, uint64_t now_ns);
void caracal_tell_end(const struct caracal_figures *figures);
