// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names of addresses, asked for in the background: a printer takes what is known and never waits.
 *
 *   names_get() -> [ addresses in the order of their first use ] -> threads: names_source -> names, eventfd
 *                    answered …  | being asked … | waiting …
 *
 * It takes as long as the resolver likes; hence threads, and hence their end is not waited for.
 *
 * NULL is allowed in the place of a `struct names *` everywhere, and stands for names that nobody wants.
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

    /* Questions open at once: all of the longest path, so that it takes as long as its slowest name. With
     * fewer one after the other is waited for; more would be a burst for a resolver. */
    NAMES_THREADS = 64,

    /* How long what waits for names does: as long as the C library waits for a name server before it asks the
     * next (resolv.conf(5)). */
    NAMES_TIMEOUT_S = 5,

    /* 3 MB of addresses and at most 17 MB of names. Those who trace more read addresses, not names. */
    NAMES_MOST = 1 << 16,
};

#define NAMES_PATIENCE_NS (NAMES_TIMEOUT_S * NS_PER_S)

enum name_state {
    NAME_PENDING,
    NAME_KNOWN,
    NAME_NONE, /* there is no name, the resolver failed, or NAMES_MOST addresses were asked for before */
};

/* Who is asked. */
struct names_source {
    /* Writes the name of an address as it is told; false where there is none. Called by up to NAMES_THREADS threads
     * at once, perhaps after names_destroy(). */
    bool (*lookup)(void *context, struct address address, char name[NAME_SIZE]);
    void *context;
    void (*release)(void *context); /* when the last of them has ended; or NULL */
};

struct names;

/* names_create() starts without threads; they come with the questions. The source, which is copied, is that of
 * trace/name_helper.h, but for tests. NULL when memory or descriptors are short: then it is released. */
struct names *names_create(const struct names_source *source);

/* names_get() says what is known of an address, and asks when it is seen for the first time.
 * `name`, written for NAME_KNOWN alone, stays valid until names_destroy(), and consists of letters, digits,
 * '.', '-' and '_': whatever else a resolver says is shown as '?', since it may be meant for a terminal. */
enum name_state names_get(struct names *names, struct address address, const char **name);

/* names_pending() is how many questions have no answer yet. */
size_t names_pending(struct names *names);

/* names_fd() becomes readable when an answer has come; -1, which poll(2) passes over, where names are NULL.
 * names_news() says whether one came since the last call, and makes the descriptor unreadable again. */
int names_fd(const struct names *names);
bool names_news(struct names *names);

/* names_destroy() returns at once; threads that wait for a resolver end when it answers. */
void names_destroy(struct names *names);
