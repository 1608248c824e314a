// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/dot.h"

#include <string.h>

#include "base/printable.h"

enum {
    PART = 64, /* bytes of a text that are checked together; a character has at most four */
};

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

/* Characters that would end the string, or begin an escape of a label, are escaped. */
static void put_escaped(const char *text, size_t length, FILE *out)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '"' || text[i] == '\\')
            fputc('\\', out);
        fputc(text[i], out);
    }
}

void dot_text(const char *text, FILE *out)
{
    char shown[PART * PRINTABLE_GROWTH];

    for (size_t left = strlen(text), part; left > 0; left -= part, text += part) {
        part = left > PART ? printable_whole(text, PART) : left;
        put_escaped(shown, printable_put(shown, text, part, false), out);
    }
}

void dot_edge(const char *from, const char *to, const char *attributes, FILE *out)
{
    fprintf(out, "    \"%s\" -> \"%s\"%s;\n", from, to, attributes);
}
