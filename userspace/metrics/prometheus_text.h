// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The text format of Prometheus, version 0.0.4, piece by piece:
 * https://prometheus.io/docs/instrumenting/exposition_formats/. Names end in their unit, a base unit. Totals
 * begin at 0 when the program starts, as Prometheus expects.
 */
#pragma once

/* The lines before the samples of a metric: name, help, name, type. */
#define PROMETHEUS_HEAD "# HELP %s %s\n# TYPE %s %s\n"

/* Which program wrote the text: its version. */
#define PROMETHEUS_BUILD_INFO                                                                                \
    "# HELP hopwire_build_info The program that wrote this.\n"                                               \
    "# TYPE hopwire_build_info gauge\n"                                                                      \
    "hopwire_build_info{version=\"%s\"} 1\n"
