// SPDX-License-Identifier: GPL-2.0-or-later
/* The port at which Prometheus may connect. Apart from metrics/prometheus_http.h, so that a port in use is
 * noticed before any probe is sent. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/socket_address.h"

/* prometheus_listen_parse() reads "[ADDRESS:]PORT": "9464", "192.0.2.1:9464" or "[2001:db8::1]:9464". Without
 * an address it takes 127.0.0.1, because measurements are not for everybody. With port 0 the kernel chooses.
 * Returns false if `text` is not of this form. */
bool prometheus_listen_parse(const char *text, struct socket_address *out);

/* prometheus_listen_open() returns a descriptor that listens, or the negative errno of socket(2), bind(2) or
 * listen(2). prometheus_listen_port() returns its port. */
int prometheus_listen_open(const struct socket_address *address);
uint16_t prometheus_listen_port(int fd);
