// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Graphs of ways for graphviz, in DOT: the source is at the left, hops are ranks. A vertex is named after its
 * hop and address, "3/192.0.2.1".
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "address.h"
#include "base/address_text.h"

enum {
    DOT_ID_SIZE = 4 + ADDRESS_TEXT_SIZE,
};

#define DOT_SOURCE "source"

/* dot_begin() opens a graph and writes the source; dot_end() closes it. */
void dot_begin(const char *name, FILE *out);
void dot_end(FILE *out);

/* dot_id() writes the name of a vertex and returns `text`. */
const char *dot_id(unsigned ttl, struct address address, char text[DOT_ID_SIZE]);

/* dot_text() writes foreign text within quotes. */
void dot_text(const char *text, FILE *out);

/* dot_edge() writes an edge; `attributes` is "" or a list of them. */
void dot_edge(const char *from, const char *to, const char *attributes, FILE *out);
