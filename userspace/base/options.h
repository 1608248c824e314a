// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Options declared once: one table parses, checks and prints --help.
 *
 *   struct my_options { double rate; bool quiet; };
 *   #define FIELD(parser, name) OPTION_FIELD(parser, struct my_options, name)
 *   static const struct option_spec specs[] = {
 *       {"rate", 'r', "PPS", FIELD(option_rate, rate), .help = "probes per second"},
 *       {"quiet", 'q', NULL, FIELD(option_flag, quiet), .help = "no progress"},
 *       {0},
 *   };
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/address_pair.h"
#include "base/choices.h"
#include "base/error_text.h"
#include "base/typed_offset.h"

struct option_spec;

/* A parser stores the value of `text` into `field`. Returns 0, or -EINVAL with an `error` that says what the
 * value should be: "'x' is not an address such as 192.0.2.1". */
typedef int option_parser(const struct option_spec *spec, const char *text, void *field,
                          struct error_text *error);

struct option_spec {
    const char *name;     /* long name without its dashes */
    char letter;          /* short form, or 0 */
    const char *argument; /* placeholder in the help; NULL for a switch; "[=…]" if it may be left out */
    option_parser *parse;
    size_t offset;      /* of the field in the structure given to options_parse() */
    uint64_t min, max;  /* bounds of numbers, both inclusive */
    const char *help;   /* may contain newlines; names the default */
    choice_at *choices; /* the names to choose from, for --help and option_name(); NULL: none */
};

/* OPTION_PARSER() declares a parser and, as `parser_field`, the type that it writes. */
#define OPTION_PARSER(parser, type)                                                                          \
    typedef type parser##_field;                                                                             \
    option_parser parser

/* OPTION_FIELD() gives a parser and the offset of its field, both for an option_spec. It does not compile if
 * the field has another type than the one that the parser writes. OPTION_FIELD_AT() is for a structure that
 * begins `base` bytes within the one given to options_parse(). */
#define OPTION_FIELD(parser, structure, field) OPTION_FIELD_AT(parser, 0, structure, field)
#define OPTION_FIELD_AT(parser, base, structure, field)                                                      \
    parser, (base) + TYPED_OFFSET(structure, field, parser##_field)

struct option_list {
    const char **values; /* borrowed from argv; the array itself is freed by options_free_list() */
    size_t count;
};

struct option_mac {
    bool given;
    uint8_t bytes[6];
};

struct option_optional {
    bool given;
    const char *text; /* NULL if only the switch was given */
};

OPTION_PARSER(option_flag, bool);               /* a switch */
OPTION_PARSER(option_number, uint32_t);         /* within min and max */
OPTION_PARSER(option_number64, uint64_t);       /* decimal or 0x…, within min and max (max 0: none) */
OPTION_PARSER(option_text, const char *);       /* borrowed from argv */
OPTION_PARSER(option_name, const char *);       /* one of the choices; borrowed from argv */
OPTION_PARSER(option_list, struct option_list); /* may be given several times */
OPTION_PARSER(option_decimal, double);          /* such as 0.15, within min and max (max 0: 2^32 - 1) */
OPTION_PARSER(option_rate, double);             /* per second: 100k, 1M, 2.5M, `max` = INFINITY */
OPTION_PARSER(option_bandwidth, double);        /* bits per second: 10G, 250M */
OPTION_PARSER(option_seconds, uint64_t);        /* nanoseconds: 5, 0.5, 5s, 200ms; min and max in seconds */
OPTION_PARSER(option_size, uint64_t);           /* bytes: 512M, 1G (powers of 1024) */
OPTION_PARSER(option_sources, struct address_pair); /* an address; given again, one of each family */
OPTION_PARSER(option_mac, struct option_mac);
OPTION_PARSER(option_optional, struct option_optional); /* `--sim` or `--sim=TEXT` */

struct option_table {
    const char *command;  /* "survey", printed in messages and usage */
    const char *operands; /* "PREFIX|ADDRESS…", or "" */
    const char *summary;  /* a paragraph for --help */
    choice_at *choices;   /* the names that operands may have, for --help; NULL: none */
    const struct option_spec *specs;
    bool stop_at_operand; /* the arguments after the first operand are for another program */
};

enum {
    OPTIONS_HELP = -1000, /* --help was asked for and printed: exit 0 */
};

/*
 * options_parse() parses `argv` (argv[0] is the command) into `out`, which must hold the defaults. It permutes
 * argv so that operands come last. Returns the index of the first operand; OPTIONS_HELP; or -EINVAL after one
 * line on stderr that names the option.
 */
int options_parse(const struct option_table *table, int argc, char **argv, void *out);

/*
 * options_parse_pairs() parses "key=value,key,…": the same options without dashes, as in --sim=…. It cuts
 * `text` into pieces, and text values in `out` point to them. Messages begin with `prefix` ("--sim"). Returns
 * 0, or -EINVAL after one line on stderr.
 */
int options_parse_pairs(const struct option_table *table, const char *prefix, char *text, void *out);

/* options_print_help() writes usage, summary and all options to stdout. */
void options_print_help(const struct option_table *table);

void options_free_list(struct option_list *list);

/* parse_mac() reads aa:bb:cc:dd:ee:ff. */
bool parse_mac(const char *text, uint8_t mac[6]);
