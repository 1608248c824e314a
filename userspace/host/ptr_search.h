// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The names of addresses in the DNS (PTR: RFC 1035, section 3.5; RFC 3596, section 2.5), found with c-ares:
 * one question per address, at a limited rate, and with a limited number open at once, whatever the servers
 * do. A question without an answer is repeated once after two seconds. Only the DNS is asked, not /etc/hosts.
 *
 * Each question has a number and a local port that nobody can guess: 31 bits, for six seconds. Even so, the
 * content of an answer is not trusted: at best it is chosen by the owner of the address. So a name is accepted
 * only if it is a host name (letters, digits, '-', '.', '_') of at most 253 characters (RFC 1035, section
 * 2.3.4).
 */
#pragma once

#include <stddef.h>

#include "address.h"
#include "base/error_text.h"

struct ptr_search;

struct ptr_search_config {
    double rate;         /* questions per second, more than 0 */
    const char *servers; /* ADDRESS[:PORT], separated by commas; NULL: those of /etc/resolv.conf */
};

enum ptr_outcome {
    PTR_NAME,
    PTR_NONE,   /* the DNS has no name, or one that is no host name */
    PTR_FAILED, /* no server answered, or it refused */
    PTR_OUTCOMES,
};

/* Called once per address, in the order of the answers. `name` is valid during the call, and NULL except with
 * PTR_NAME. */
typedef void ptr_told(void *context, size_t index, enum ptr_outcome outcome, const char *name);

/* ptr_search_open() reads all files that it needs; later only sockets are opened. Returns NULL with `error`
 * written. */
struct ptr_search *ptr_search_open(const struct ptr_search_config *config, struct error_text *error);
void ptr_search_close(struct ptr_search *search); /* NULL is allowed */

/* ptr_search_run() asks for all of `addresses`. Returns when all outcomes were reported, or when a signal
 * that ends the run has come (base/stop_signal.h); the signal remains pending. */
void ptr_search_run(struct ptr_search *search, const struct address *addresses, size_t count, ptr_told *told,
                    void *context);
