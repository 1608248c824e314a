// SPDX-License-Identifier: GPL-2.0-or-later
/* Where Prometheus may connect: apart from metrics/prometheus_http.h, so that a port that is taken is known
 * before anything is sent. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/socket_address.h"

/* prometheus_listen_parse() reads "[ADDRESS:]PORT", as "9464", "192.0.2.1:9464" or "[2001:db8::1]:9464"; without an
 * address it is 127.0.0.1, since what is measured is not everybody's business. Port 0 lets the kernel choose. False where
 * it is none. */
bool prometheus_listen_parse(const char *text, struct socket_address *out);

/* prometheus_listen_open() returns a descriptor that listens, or the negative errno of socket(2), bind(2) or
 * listen(2). prometheus_listen_port() is the port that it has. */
int prometheus_listen_open(const struct socket_address *address);
uint16_t prometheus_listen_port(int fd);
