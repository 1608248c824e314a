// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The names that the DNS has for addresses (PTR: RFC 1035, section 3.5; RFC 3596, section 2.5), by c-ares: one question an
 * address, so many a second, and no more than so many open at once, whatever the servers do. A question without an
 * answer is asked once more after two seconds. Only the DNS is asked, no /etc/hosts.
 *
 * Each question has a number, and a port of this host, that nobody can guess: 31 bits, for six seconds. What comes back is
 * anybody's all the same, the owner's of the address at best: a name is taken where it is one of a host (letters, digits,
 * '-', '.', '_'), of at most 253 characters (RFC 1035, section 2.3.4).
 */
#pragma once

#include <stddef.h>

#include "address.h"
#include "base/error_text.h"

struct ptr_search;

struct ptr_search_config {
    double rate;         /* questions a second, more than 0 */
    const char *servers; /* ADDRESS[:PORT], joined by commas; NULL: those of /etc/resolv.conf */
};

enum ptr_outcome {
    PTR_NAME,
    PTR_NONE,   /* the DNS has none, or one that is no host's */
    PTR_FAILED, /* no server answered, or it refused */
    PTR_OUTCOMES,
};

/* Called once an address, in the order of the answers. `name` is valid during the call; NULL but with PTR_NAME. */
typedef void ptr_told(void *context, size_t index, enum ptr_outcome outcome, const char *name);

/* ptr_search_open() reads what it needs, so that nothing is opened later but sockets. NULL with `error` written. */
struct ptr_search *ptr_search_open(const struct ptr_search_config *config, struct error_text *error);
void ptr_search_close(struct ptr_search *search); /* NULL is allowed */

/* ptr_search_run() asks for all of `addresses` and returns when all were told, or when a signal that ends the run has come
 * (base/stop_signal.h), which it leaves there. */
void ptr_search_run(struct ptr_search *search, const struct address *addresses, size_t count, ptr_told *told,
                    void *context);
