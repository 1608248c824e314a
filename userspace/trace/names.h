// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names of addresses, asked for in the background: a printer takes the names that are known and never waits.
 *
 *   names_get() -> [ addresses in the order of their first use ] -> threads: names_source -> names, eventfd
 *                    answered …  | being asked … | waiting …
 *
 * A resolver may take as long as it likes. So it is asked by threads, and their end is not waited for.
 *
 * A `struct names *` may be NULL everywhere, and then stands for a run that wants no names.
 */
#pragma once

#include <netdb.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"
#include "base/clock.h"

enum {
    NAME_SIZE = NI_MAXHOST,

    /* Questions open at once: enough for all hops of the longest path, so that it takes as long as its slowest
     * name. With fewer, some names would be asked for only after others came; more would be a burst for a
     * resolver. */
    NAMES_THREADS = 64,

    /* How long output waits for names: as long as the C library waits for a name server before it asks the next
     * (resolv.conf(5)). */
    NAMES_TIMEOUT_S = 5,

    /* 3 MB of addresses and at most 17 MB of names. In larger traces users read addresses, not names. */
    NAMES_MOST = 1 << 16,
};

#define NAMES_PATIENCE_NS (NAMES_TIMEOUT_S * NS_PER_S)

enum name_state {
    NAME_PENDING,
    NAME_KNOWN,
    NAME_NONE, /* there is no name, the resolver failed, or NAMES_MOST was reached */
};

/* Where names are asked for. */
struct names_source {
    /* Writes the name of an address as the source gives it. Returns false where there is none. Up to
     * NAMES_THREADS threads may call it at once, perhaps even after names_destroy(). */
    bool (*lookup)(void *context, struct address address, char name[NAME_SIZE]);
    void *context;
    void (*release)(void *context); /* called when the last thread has ended; or NULL */
};

struct names;

/* names_create() starts without threads; they start with the questions. The source is copied; outside tests it
 * is that of trace/name_helper.h. Returns NULL when memory or descriptors are short; the source is then
 * released. */
struct names *names_create(const struct names_source *source);

/* names_get() returns what is known of an address, and asks for its name when it is seen for the first time.
 * `name` is written for NAME_KNOWN only and stays valid until names_destroy(). It consists of letters, digits,
 * '.', '-' and '_'. Any other character from a resolver is replaced by '?', because it may be meant to control
 * a terminal. */
enum name_state names_get(struct names *names, struct address address, const char **name);

/* names_pending() returns how many questions have no answer yet. */
size_t names_pending(struct names *names);

/* names_fd() returns a descriptor that becomes readable when an answer has come, or -1, which poll(2) ignores,
 * where names are NULL. names_news() returns true if an answer came since its last call, and makes the
 * descriptor unreadable again. */
int names_fd(const struct names *names);
bool names_news(struct names *names);

/* names_destroy() returns at once. Threads that wait for a resolver end when it answers. */
void names_destroy(struct names *names);
