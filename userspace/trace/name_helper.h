// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A process that asks the system for names, so that the one that probes need not: whatever /etc/nsswitch.conf says
 * reads files, loads code and asks servers, which the one that probes may not do any more (host/sandbox.h).
 *
 *   a thread of names.h ─ address ─> socket ─> a thread of the helper: getnameinfo(3)
 *                      <── name ───
 *
 * getnameinfo() and not a DNS library, so that /etc/hosts and everything else counts. It blocks; hence a socket and
 * a thread for each question that may be open.
 */
#pragma once

#include "host/sandbox.h"
#include "trace/names.h"

struct name_helper;

/* name_helper_start() starts it, without privileges and behind a filter, as the sandbox's user. To be called while
 * there is no other thread. NULL with errno set. It ends with the process that started it. */
struct name_helper *name_helper_start(const struct sandbox *sandbox);

/* name_helper_source() is what names_create() takes: the helper is freed with the names. */
struct names_source name_helper_source(struct name_helper *helper);

/* name_helper_stop() ends it; questions that are open have no answer. To be called before names_destroy(). NULL is
 * allowed. */
void name_helper_stop(struct name_helper *helper);
