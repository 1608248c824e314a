// SPDX-License-Identifier: GPL-2.0-or-later
/* Status messages of a run on stderr, in caracal's words: every CARACAL_TELL_NS and at the end. */
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
    double rate; /* the given rate */
};

/* caracal_tell() logs the state at `now_ns`. caracal_tell_end() logs what became of all other packets, each
 * counted once; call it after the writer has stopped, so that the counts are complete. */
void caracal_tell(const struct caracal_figures *figures, uint64_t now_ns);
void caracal_tell_end(const struct caracal_figures *figures);
