// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A process that asks the system for names, so that the probing process need not. As /etc/nsswitch.conf says, a
 * lookup reads files, loads code and asks servers; the probing process is not allowed to do that any more
 * (host/sandbox.h).
 *
 *   a thread of names.h ─ address ─> socket ─> a thread of the helper: getnameinfo(3)
 *                      <── name ───
 *
 * getnameinfo() is used, and no DNS library, so that /etc/hosts and all other sources of names count. It blocks.
 * So each question that may be open has a socket and a thread.
 */
#pragma once

#include "host/sandbox.h"
#include "trace/names.h"

struct name_helper;

/* name_helper_start() starts the helper, without privileges, behind a filter of system calls, as the sandbox's
 * user. There must be no other thread yet. Returns NULL with errno set on failure. The helper ends with the
 * process that started it. */
struct name_helper *name_helper_start(const struct sandbox *sandbox);

/* name_helper_source() returns the source for names_create(). The helper is freed with the names. */
struct names_source name_helper_source(struct name_helper *helper);

/* name_helper_stop() ends the helper. Questions that are open get no answer. Must be called before
 * names_destroy(). NULL is allowed. */
void name_helper_stop(struct name_helper *helper);
