// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/dot.h"

#include <stdlib.h>

#include "base/printable.h"

void dot_begin(const char *name, FILE *out)
{
    fputs("digraph \"", out);
    dot_text(name, out);
    fputs("\" {\n    rankdir=LR;\n    node [shape=box];\n    \"" DOT_SOURCE "\" [shape=point];\n", out);
}

void dot_end(FILE *out)
{
    fputs("}\n", out);
}

const char *dot_id(unsigned ttl, struct address address, char text[DOT_ID_SIZE])
{
    char written[ADDRESS_TEXT_SIZE];

    address_format(address, written);
    snprintf(text, DOT_ID_SIZE, "%u/%s", ttl, written);
    return text;
}

/* What would end the string, or begin an escape of a label, has one of its own. */
void dot_text(const char *text, FILE *out)
{
    char *printable = printable_copy(text);

    for (const char *p = printable; p && *p; p++) {
        if (*p == '"' || *p == '\\')
            fputc('\\', out);
        fputc(*p, out);
    }
    free(printable);
}

void dot_edge(const char *from, const char *to, const char *attributes, FILE *out)
{
    fprintf(out, "    \"%s\" -> \"%s\"%s;\n", from, to, attributes);
}
